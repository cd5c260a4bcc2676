/**
 * Writes everything that is made from modules of kinds and from the contract of the model file: the `index.ts` of every
 * folder of kinds, the JSON Schema, and the lists of the documentation. Run it as `npm run generate` after adding, renaming
 * or describing a check, a metric or a gate.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KIND_FOLDERS } from './kind-folders.js';
import { kindIndex } from './kind-index.js';
import { kindPage } from './kind-list.js';
import { readKinds } from './read-kinds.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = KIND_FOLDERS.filter(({ folder }) => existsSync(join(root, folder)));

for (const folder of folders)
  writeFileSync(join(root, folder.folder, 'index.ts'), await kindIndex(root, folder));

// The modules are imported only now: the contracts import the indexes that were just written.
await import('./write.js');
for (const folder of folders) {
  const page = join(root, folder.page);
  const text = existsSync(page) ? readFileSync(page, 'utf8') : undefined;
  writeFileSync(page, kindPage(folder.title, text, await readKinds(root, folder)));
}
