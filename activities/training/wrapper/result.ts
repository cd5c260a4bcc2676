import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaType } from '../../../contracts/media-type.js';
import type { ArtifactStore } from '../../ports/artifact-store.js';
import type { JobOrder } from '../../ports/job-order.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { setResult } from '../lease/head.js';
import type { ResultManifest } from '../lease/result.js';
import type { Layout } from './layout.js';
import { uploadFolder } from './upload-folder.js';

/** The trainer ended with exit code 0 and left no valid result. */
export class ContractViolated extends Error {}

interface Result {
  metrics: Record<string, number>;
  /** Path below model/ → SHA-256, as far as the trainer says. */
  digests: Record<string, string>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Files may be `{path: sha256}`, `{path: {sha256}}` or `[{path, sha256}]`. */
function digestsOf(files: unknown): Record<string, string> {
  const entries: [unknown, unknown][] = Array.isArray(files)
    ? files.filter(isObject).map((file) => [file['path'] ?? file['name'], file])
    : Object.entries(isObject(files) ? files : {});
  return Object.fromEntries(
    entries
      .map(([path, value]) => [path, isObject(value) ? value['sha256'] : value])
      .filter((entry): entry is [string, string] => entry.every((part) => typeof part === 'string'))
      .map(([path, digest]) => [path.replace(/^model\//, ''), digest]),
  );
}

/** @throws ContractViolated */
export async function readResult(order: Pick<JobOrder, 'objective'>, layout: Layout): Promise<Result> {
  const model = await stat(join(layout.model, 'model.onnx')).catch(() => undefined);
  if (!model?.isFile() || model.size === 0)
    throw new ContractViolated(
      'exit code 0, but model/model.onnx is missing or empty: write the model there before result.json',
    );
  const text = await readFile(layout.result, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new ContractViolated(
      'exit code 0, but output/result.json is missing: write {"metrics": {…}} to a temporary file and rename it',
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ContractViolated(`output/result.json is not JSON (NaN and Infinity are not): ${String(error)}`);
  }
  const metrics = isObject(parsed) ? parsed['metrics'] : undefined;
  if (!isObject(parsed) || !isObject(metrics))
    throw new ContractViolated('output/result.json needs an object "metrics": {"<name>": <number>}');
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new ContractViolated(
        `metric "${name}" of output/result.json is ${JSON.stringify(value)}, not a finite number`,
      );
  }
  const { objective } = order;
  if (objective !== null && !(objective in metrics))
    throw new ContractViolated(
      `output/result.json has no metric "${objective}", which steers the search; it has: ${Object.keys(metrics).join(', ') || 'none'}`,
    );
  return {
    metrics: metrics as Record<string, number>,
    digests: digestsOf(parsed['files'] ?? parsed['model_files'] ?? parsed['model']),
  };
}

/**
 * Store the model and let the result count.
 *
 * @returns false when this attempt may not write any more
 * @throws ContractViolated
 */
export async function uploadResult(
  stores: { artifacts: Pick<ArtifactStore, 'put' | 'putFile'>; objects: ObjectStore },
  order: JobOrder,
  layout: Layout,
): Promise<boolean> {
  const { metrics, digests } = await readResult(order, layout);
  const files = await uploadFolder(stores.artifacts, layout.model);
  for (const [path, digest] of Object.entries(digests)) {
    if (files[path]?.sha256 !== digest)
      throw new ContractViolated(
        `output/result.json says that model/${path} has SHA-256 ${digest}; it ${files[path] ? `has ${files[path].sha256}` : 'is not there'}`,
      );
  }
  const model = files['model.onnx'];
  if (!model) throw new ContractViolated('model/model.onnx disappeared while it was uploaded');
  const { jobKey, attempt, intent } = order;
  const manifest: ResultManifest = {
    jobKey,
    attempt,
    at: new Date().toISOString(),
    metrics,
    model,
    files,
  };
  const ref = await stores.artifacts.put(JSON.stringify(manifest), MediaType.json);
  return setResult(stores.objects, intent, { attempt, manifest: ref });
}
