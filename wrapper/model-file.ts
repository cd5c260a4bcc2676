import { join } from 'node:path';
import { ContractViolated } from './contract-violated.js';
import type { Layout } from './layout.js';
import { externalDataOf } from './onnx-external-data.js';
import { NotPlain, openPlain } from './plain-file.js';

const WRITE_MODEL = 'Write the model there before result.json, as one regular file.';
const ONE_FILE =
  'Export one file: torch.onnx.export(…, external_data=False), or onnx.save_model(model, path, save_as_external_data=False).';

/**
 * Check what can be told about model/model.onnx without loading it. It is done for every trial, so that a model that
 * cannot be served is named before a search is paid.
 *
 * @throws ContractViolated
 */
export async function checkModel(layout: Layout): Promise<void> {
  const file = await openPlain(join(layout.model, 'model.onnx'), layout.base).catch((error: unknown) => {
    if (!(error instanceof NotPlain)) throw error;
    throw new ContractViolated(
      `exit code 0, but model/model.onnx is ${error.what}, not a regular file`,
      'Copy the content of the model to model/model.onnx: links are not stored.',
    );
  });
  if (!file) throw new ContractViolated('exit code 0, but model/model.onnx is missing', WRITE_MODEL);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new ContractViolated('exit code 0, but model/model.onnx is empty', WRITE_MODEL);
    const location = await externalDataOf(file, size);
    if (location !== undefined)
      throw new ContractViolated(
        `model/model.onnx keeps its weights in another file ("${location.slice(0, 100)}"): it has external data, and a model must be one file`,
        ONE_FILE,
      );
  } finally {
    await file.close();
  }
}
