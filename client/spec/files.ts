import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MainspringError } from '../../operations/errors.js';
import { codeFiles } from './code-files.js';
import { lockFileBreach } from './lock-file.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import type { Path } from '../../operations/spec/path.js';
import type { Breach } from '../../operations/spec/breach.js';

/** Address of a source, as written: `s3://…`, or a path relative to the model file. */
export const sourceAddress = (source: ModelSpec['data']['sources'][string]): string =>
  source.parquet ?? source.csv ?? '';

export const isRemote = (address: string): boolean => address.startsWith('s3://');

/** Resolve a path of the spec, which is relative to the model file. */
export const resolveFrom = (modelFile: string, path: string): string => resolve(dirname(modelFile), path);

interface Named {
  path: Path;
  file: string;
  kind: 'file' | 'folder';
}

/** All local files that a spec names. */
export function namedFiles(spec: ModelSpec): Named[] {
  const sources = Object.entries(spec.data.sources)
    .map(([name, source]) => ({ name, format: source.parquet === undefined ? 'csv' : 'parquet', source }))
    .filter(({ source }) => !isRemote(sourceAddress(source)));
  return [
    ...sources.map(({ name, format, source }): Named => ({
      path: ['data', 'sources', name, format],
      file: sourceAddress(source),
      kind: 'file',
    })),
    { path: ['data', 'clean'], file: spec.data.clean, kind: 'file' },
    { path: ['features', 'sql'], file: spec.features.sql, kind: 'file' },
    { path: ['training', 'code'], file: spec.training.code, kind: 'folder' },
    { path: ['training', 'environment'], file: spec.training.environment, kind: 'file' },
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

/** The named files that are missing, empty, of the wrong kind, or that cannot be used. */
export async function missingFiles(modelFile: string, spec: ModelSpec): Promise<Breach[]> {
  const found = await Promise.all(
    namedFiles(spec).map(async ({ path, file, kind }): Promise<Breach | undefined> => {
      const absolute = resolveFrom(modelFile, file);
      const info = await stat(absolute).catch(() => undefined);
      const relative = `Paths are relative to the model file; looked at ${absolute}.`;
      if (!info) return { path, message: `"${file}" does not exist`, remedy: relative };
      if (kind === 'folder' && !info.isDirectory())
        return { path, message: `"${file}" is not a folder`, remedy: relative };
      if (kind === 'file' && !info.isFile())
        return { path, message: `"${file}" is not a file`, remedy: relative };
      if (kind === 'file' && info.size === 0)
        return { path, message: `"${file}" is empty`, remedy: relative };
      if (kind === 'folder') return codeBreach(path, absolute);
      if (path.at(-1) === 'environment') return lockFileBreach(path, file, absolute);
      return undefined;
    }),
  );
  return found.filter((breach) => breach !== undefined);
}
