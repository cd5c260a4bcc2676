import { readFile, stat } from 'node:fs/promises';
import type { Breach } from '../../operations/spec/breach.js';
import type { Path } from '../../operations/spec/path.js';
import { unpinnedLines } from '../../operations/spec/lock-file.js';

const MAX_BYTES = 2 ** 20;
const SHOWN = 5;
const SHOWN_CHARS = 80;

/** The problem of a lock file that has lines without an exact version: equal runs could train differently. */
export async function lockFileBreach(
  path: Path,
  file: string,
  absolute: string,
): Promise<Breach | undefined> {
  const { size } = await stat(absolute);
  if (size > MAX_BYTES)
    return {
      path,
      message: `"${file}" has ${size.toLocaleString('en')} bytes; a lock file has at most ${MAX_BYTES.toLocaleString('en')}`,
      remedy: 'Name the file with the exact versions of the packages of the trainer.',
    };
  const unpinned = unpinnedLines(await readFile(absolute, 'utf8'));
  if (unpinned.length === 0) return undefined;
  const shown = unpinned
    .slice(0, SHOWN)
    .map(({ line, requirement }) => `line ${line}: ${JSON.stringify(requirement.slice(0, SHOWN_CHARS))}`);
  const more = unpinned.length > SHOWN ? `, and ${unpinned.length - SHOWN} more` : '';
  return {
    path,
    message: `"${file}" does not pin exact versions (${shown.join(', ')}${more})`,
    remedy: `Pin them: python3 -m venv /tmp/lock && /tmp/lock/bin/pip install -r ${absolute} && /tmp/lock/bin/pip freeze > ${absolute}`,
  };
}
