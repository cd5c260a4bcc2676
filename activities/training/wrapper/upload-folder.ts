import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import { MediaType } from '../../../contracts/media-type.js';
import type { ArtifactStore } from '../../ports/artifact-store.js';

const mediaTypeOf = (name: string): string =>
  name.endsWith('.onnx')
    ? MediaType.onnx
    : name.endsWith('.json')
      ? MediaType.json
      : 'application/octet-stream';

/** Store every file below a folder. @returns path below it → object */
export async function uploadFolder(
  store: Pick<ArtifactStore, 'putFile'>,
  folder: string,
): Promise<Record<string, ArtifactRef>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: [string, ArtifactRef][] = [];
  for (const path of paths.sort())
    files.push([relative(folder, path), await store.putFile(path, mediaTypeOf(path))]);
  return Object.fromEntries(files);
}
