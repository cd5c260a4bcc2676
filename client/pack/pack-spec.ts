import { readFile } from 'node:fs/promises';
import { type ArtifactRef, MediaType } from '../../contracts/artifacts.js';
import { digestOf } from '../../contracts/digest.js';
import type { ModelSpec, PackedSpec } from '../../contracts/spec/model-spec.js';
import type { ObjectStorage } from '../services/object-storage.js';
import { isRemote, resolveFrom, sourceAddress } from '../spec/files.js';
import { withArchive } from './archive.js';

/**
 * Make a checked spec self-contained: code, environment and data go to the object store by content – what is there already
 * is not sent again – and the SQL travels in the spec itself. The digest of the result is the spec's identity.
 */
export async function packSpec(
  modelFile: string,
  spec: ModelSpec,
  storage: ObjectStorage,
  /** Source → file or address that takes the place of the declared one. */
  overrides: Record<string, string> = {},
): Promise<{ packed: PackedSpec; digest: string }> {
  const { artifacts } = storage;
  const at = (path: string) => resolveFrom(modelFile, path);

  const code = await withArchive(at(spec.training.code), (archive) =>
    artifacts.putFile(archive, MediaType.tarGzip),
  );
  const environment = await artifacts.putFile(at(spec.training.environment), MediaType.text);
  const sources: Record<string, ArtifactRef> = {};
  for (const [name, source] of Object.entries(spec.data.sources)) {
    const address = overrides[name] ?? sourceAddress(source);
    const mediaType = source.parquet === undefined ? MediaType.csv : MediaType.parquet;
    sources[name] = isRemote(address)
      ? await storage.importObject(address, mediaType)
      : await artifacts.putFile(at(address), mediaType);
  }
  const sql: Record<string, string> = {};
  for (const path of [spec.data.clean, spec.features.sql]) sql[path] = await readFile(at(path), 'utf8');

  const packed: PackedSpec = { spec, sql, code, environment, sources };
  return { packed, digest: digestOf(packed) };
}
