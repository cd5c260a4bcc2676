import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { MainspringError } from '../../operations/errors.js';
import { isRemote } from '../spec/files.js';

/**
 * Check the files that replace declared sources. Paths are relative to the working directory.
 *
 * @throws MainspringError `usage` for a source that the spec does not declare, `refused` for a file that is missing
 * or empty
 */
export async function sourceOverrides(
  spec: ModelSpec,
  given: Record<string, string>,
): Promise<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [name, address] of Object.entries(given)) {
    if (!(name in spec.data.sources))
      throw new MainspringError(
        'usage',
        `the spec declares no source "${name}"`,
        `Its sources: ${Object.keys(spec.data.sources).join(', ')}.`,
      );
    const file = isRemote(address) ? address : resolve(address);
    const info = isRemote(address) ? undefined : await stat(file).catch(() => undefined);
    if (!isRemote(address) && !(info?.isFile() && info.size > 0))
      throw new MainspringError(
        'refused',
        `the file for source "${name}" ${info ? 'is empty or no file' : 'does not exist'}: ${file}`,
        'Name a file with rows, or leave the source out to use the declared one.',
      );
    checked[name] = file;
  }
  return checked;
}
