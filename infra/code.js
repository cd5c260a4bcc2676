// Plain JavaScript: bin/ and the start of the local stack need it before any package is there.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const isBuilt = !existsSync(join(root, 'infra', 'config.ts'));

export function codeFile(name) {
  const path = join(root, `${name}.${isBuilt ? 'js' : 'ts'}`);
  if (!existsSync(path)) throw new Error(`${path} is missing from this copy of Mainspring`);
  return path;
}

export function nodeArguments(name) {
  if (isBuilt) return [codeFile(name)];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href, codeFile(name)];
}
