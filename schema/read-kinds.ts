import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KindFolder } from './kind-folders.js';
import type { DocumentedKind } from './kind-list.js';

/** Imports the index of a folder and gives its kinds, in the order of the index. */
export async function readKinds(
  root: string,
  { folder, record }: KindFolder,
): Promise<readonly DocumentedKind[]> {
  const index = (await import(pathToFileURL(join(root, folder, 'index.ts')).href)) as Record<
    string,
    Record<string, DocumentedKind>
  >;
  return Object.values(index[record] ?? {});
}
