import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MainspringError } from '../../operations/errors.js';
import { fileFault } from '../disk/file-failure.js';
import { lineOutsideUtf8 } from '../disk/utf8.js';
import { codeFiles } from './code-files.js';
import { lockFileBreach } from './lock-file.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { addressOf } from '../../contracts/spec/source.js';
import type { Path } from '../../operations/spec/path.js';
import type { Breach } from '../../operations/spec/breach.js';

export const isRemote = (address: string): boolean => address.startsWith('s3://');

/** Resolve a path of the spec, which is relative to the model file. */
export const resolveFrom = (modelFile: string, path: string): string => resolve(dirname(modelFile), path);

/** Most bytes of SQL, and of a list of packages. */
const MAX_TEXT_BYTES = 4 * 2 ** 20;

interface Named {
  path: Path;
  file: string;
  /** A `text` is read as UTF-8; a `file` may hold anything. */
  kind: 'file' | 'folder' | 'text';
}

/** All local files that a spec names. */
export function namedFiles(spec: ModelSpec): Named[] {
  const sources = Object.entries(spec.data.sources)
    .map(([name, source]) => ({ name, format: source.parquet === undefined ? 'csv' : 'parquet', source }))
    .filter(({ source }) => !isRemote(addressOf(source)));
  return [
    ...sources.map(({ name, format, source }): Named => ({
      path: ['data', 'sources', name, format],
      file: addressOf(source),
      kind: 'file',
    })),
    { path: ['data', 'clean'], file: spec.data.clean, kind: 'text' },
    { path: ['features', 'sql'], file: spec.features.sql, kind: 'text' },
    { path: ['training', 'code'], file: spec.training.code, kind: 'folder' },
    { path: ['training', 'environment'], file: spec.training.environment, kind: 'text' },
  ];
}

/** The problem of a code folder that cannot be packed: a link, a device, or too much code. */
const codeBreach = (path: Path, folder: string): Promise<Breach | undefined> =>
  codeFiles(folder).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof MainspringError)
        return { path, message: error.message, remedy: error.remedy ?? '' };
      throw error;
    },
  );

/** The problem of one named file; undefined if it can be used. */
async function breachOf(modelFile: string, { path, file, kind }: Named): Promise<Breach | undefined> {
  const absolute = resolveFrom(modelFile, file);
  const relative = `Paths are relative to the model file; looked at ${absolute}.`;
  try {
    const info = await stat(absolute);
    if (kind === 'folder' && !info.isDirectory())
      return { path, message: `"${file}" is not a folder`, remedy: relative };
    if (kind !== 'folder' && !info.isFile())
      return { path, message: `"${file}" is not a file`, remedy: relative };
    if (kind !== 'folder' && info.size === 0)
      return { path, message: `"${file}" is empty`, remedy: relative };
    if (kind === 'folder') return await codeBreach(path, absolute);
    await access(absolute, constants.R_OK);
    if (kind === 'file') return undefined;
    if (info.size > MAX_TEXT_BYTES)
      return {
        path,
        message: `"${file}" has ${info.size} bytes, allowed: at most ${MAX_TEXT_BYTES}`,
        remedy: 'Keep data in the sources.',
      };
    const line = lineOutsideUtf8(await readFile(absolute));
    if (line !== undefined)
      return { path, message: `"${file}" is not UTF-8 in line ${line}`, remedy: 'Save it in UTF-8.' };
    if (path.at(-1) === 'environment') return await lockFileBreach(path, file, absolute);
    return undefined;
  } catch (error) {
    const fault = fileFault(error);
    if (!fault) throw error;
    const isMissing = fault.kind === 'not-found' && fault.path === absolute;
    if (isMissing) return { path, message: `"${file}" does not exist`, remedy: relative };
    // A file inside of a code folder has a path of its own.
    const where = fault.path === undefined || fault.path === absolute ? `"${file}"` : fault.path;
    return {
      path,
      message: `${where} cannot be read: ${fault.reason}`,
      remedy: `${fault.remedy} ${relative}`,
    };
  }
}

/** The named files that are missing, empty, of the wrong kind, or that cannot be used. */
export async function missingFiles(modelFile: string, spec: ModelSpec): Promise<Breach[]> {
  const found = await Promise.all(namedFiles(spec).map((named) => breachOf(modelFile, named)));
  return found.filter((breach) => breach !== undefined);
}
