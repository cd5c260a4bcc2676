import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A Python environment with the packages of a lock file, built once per digest under `.mainspring/bench`. */
export async function pythonOf(lock: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(lock))
    .digest('hex')
    .slice(0, 12);
  const folder = join(import.meta.dirname, '../../.mainspring/bench', `validation-${digest}`);
  const python = join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  await rm(folder, { recursive: true, force: true });
  await execa('python3', ['-m', 'venv', folder]);
  await execa(python, ['-m', 'pip', 'install', '--quiet', '--requirement', lock], {
    stdio: ['ignore', 2, 2],
  });
  await writeFile(complete, '');
  return python;
}
