import { MediaType } from '../contracts/media-type.js';
import type { ArtifactStore } from '../activities/ports/artifact-store.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { ObjectStore } from '../activities/ports/object-store.js';
import { setResult } from '../activities/training/lease/head.js';
import type { ResultManifest } from '../activities/training/lease/result.js';
import { ContractViolated } from './contract-violated.js';
import type { Layout } from './layout.js';
import { checkModel } from './model-file.js';
import { NotPlain } from './plain-file.js';
import { readResultFile } from './result-file.js';
import { TooMuch, uploadFolder } from './upload-folder.js';

/** Names a path below the trainer's base, so that people find it. */
const below = (layout: Layout, path: string): string => path.replace(`${layout.base}/`, '');

/** @throws ContractViolated in place of what `uploadFolder` finds wrong with the folder */
const named =
  (layout: Layout) =>
  (error: unknown): never => {
    if (error instanceof NotPlain)
      throw new ContractViolated(
        `${below(layout, error.path)} is ${error.what}, not a regular file`,
        'Copy the content of each file into model/: links, fifos and devices are not stored.',
      );
    if (error instanceof TooMuch)
      throw new ContractViolated(error.message, 'Keep in model/ only what serving needs.');
    throw error;
  };

/**
 * Store the model and make the result valid.
 *
 * @returns false if this attempt may no longer write
 * @throws ContractViolated
 */
export async function uploadResult(
  stores: { artifacts: Pick<ArtifactStore, 'put' | 'putFile'>; objects: ObjectStore },
  order: JobOrder,
  layout: Layout,
): Promise<boolean> {
  await checkModel(layout);
  const { metrics, digests } = await readResultFile(order.objective, layout);
  const files = await uploadFolder(stores.artifacts, layout.model).catch(named(layout));
  for (const [path, digest] of Object.entries(digests)) {
    const stored = Object.hasOwn(files, path) ? files[path] : undefined;
    if (stored?.sha256 !== digest)
      throw new ContractViolated(
        `output/result.json says that model/${path} has SHA-256 ${digest}; it ${stored ? `has ${stored.sha256}` : 'is not there'}`,
        'Write result.json last, after the files of the model.',
      );
  }
  const model = files['model.onnx'];
  if (!model)
    throw new ContractViolated(
      'model/model.onnx disappeared while it was uploaded',
      'End every process that the trainer started before it ends with exit code 0.',
    );
  const { jobKey, attempt } = order;
  const manifest: ResultManifest = {
    jobKey,
    attempt,
    at: new Date().toISOString(),
    metrics,
    model,
    files,
  };
  const ref = await stores.artifacts.put(JSON.stringify(manifest), MediaType.json);
  return setResult(stores.objects, order, { attempt, manifest: ref });
}
