import { readFile } from 'node:fs/promises';
import { type ArtifactRef, MediaType } from '../../contracts/artifacts.js';
import type { ModelSpec, PackedSpec } from '../../contracts/spec/model-spec.js';
import type { Library } from '../library.js';
import { addressOf, uploadedSources } from '../../contracts/spec/source.js';
import { isRemote, resolveFrom } from '../spec/files.js';
import type { ArtifactFiles } from '../transport.js';
import { withArchive } from './archive.js';

/** The stores for the parts of a spec. */
export interface PackInto {
  files: Pick<ArtifactFiles, 'put'>;
  /** Copies sources that are objects of the object store already. */
  copy: Library['artifacts']['copy'];
}

/**
 * Make a checked spec self-contained: code, environment and data are stored by content, and the spec includes the
 * SQL. The digest of the result identifies the spec.
 *
 * @param overrides file or address in place of a declared source, by its name
 */
export async function packSpec(
  modelFile: string,
  spec: ModelSpec,
  { files, copy }: PackInto,
  overrides: Record<string, string> = {},
): Promise<PackedSpec> {
  const at = (path: string) => resolveFrom(modelFile, path);
  const code = await withArchive(at(spec.training.code), (archive) => files.put(archive, MediaType.tarGzip));
  const environment = await files.put(at(spec.training.environment), MediaType.text);
  const sources: Record<string, ArtifactRef> = {};
  for (const name of uploadedSources(spec)) {
    const source = spec.data.sources[name];
    if (!source) continue;
    const address = overrides[name] ?? addressOf(source);
    const mediaType = source.parquet === undefined ? MediaType.csv : MediaType.parquet;
    sources[name] = isRemote(address)
      ? await copy({ address, mediaType })
      : await files.put(at(address), mediaType);
  }
  const sql: Record<string, string> = {};
  for (const path of [spec.data.clean, spec.features.sql])
    sql[path] = (await readFile(at(path), 'utf8')).replaceAll('\r\n', '\n');
  return { spec, sql, code, environment, sources };
}
