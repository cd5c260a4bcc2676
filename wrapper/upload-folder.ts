import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ArtifactRef } from '../contracts/artifacts.js';
import { MediaType } from '../contracts/media-type.js';
import type { ArtifactStore } from '../activities/ports/artifact-store.js';
import { badLine } from '../contracts/primitives/text.js';
import { NotPlain, handlePath, openPlain } from './plain-file.js';

/** Most files of a model or of a checkpoint, and how deep they lie. */
export const folderLimits = { files: 10_000, depth: 32 };

/** A folder has more in it than is stored. */
export class TooMuch extends Error {}

const mediaTypeOf = (name: string): string =>
  name.endsWith('.onnx')
    ? MediaType.onnx
    : name.endsWith('.json')
      ? MediaType.json
      : 'application/octet-stream';

/** @throws NotPlain, TooMuch */
async function filesBelow(folder: string, found: string[] = [], depth = 0): Promise<string[]> {
  if (depth > folderLimits.depth)
    throw new TooMuch(`${folder} lies deeper than ${folderLimits.depth} folders`);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // The name goes into a manifest, and from there to databases and terminals.
    const fault = badLine(entry.name);
    if (fault !== undefined) throw new NotPlain(path, `a file whose name ${fault}`);
    if (entry.isDirectory()) await filesBelow(path, found, depth + 1);
    else if (entry.isFile()) found.push(path);
    else
      throw new NotPlain(
        path,
        entry.isSymbolicLink()
          ? 'a symbolic link'
          : entry.isFIFO()
            ? 'a fifo'
            : entry.isSocket()
              ? 'a socket'
              : 'a device',
      );
    if (found.length > folderLimits.files)
      throw new TooMuch(`${folder} has more than ${folderLimits.files.toLocaleString('en')} files`);
  }
  return found;
}

/**
 * Store every file below a folder that a trainer wrote.
 *
 * @returns path below it → object
 * @throws NotPlain, TooMuch
 */
export async function uploadFolder(
  store: Pick<ArtifactStore, 'putFile'>,
  folder: string,
): Promise<Record<string, ArtifactRef>> {
  if (!(await lstat(folder)).isDirectory()) throw new NotPlain(folder, 'a symbolic link');
  const files: [string, ArtifactRef][] = [];
  for (const path of (await filesBelow(folder)).sort()) {
    const file = await openPlain(path, folder);
    if (!file) throw new NotPlain(path, 'gone while it was stored');
    try {
      // By its handle: the trainer may put something else in its place meanwhile.
      files.push([relative(folder, path), await store.putFile(handlePath(file), mediaTypeOf(path))]);
    } finally {
      await file.close();
    }
  }
  return Object.fromEntries(files);
}
