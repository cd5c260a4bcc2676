import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MainspringFailure } from '../../../contracts/failures.js';
import { BINARY } from '../../../contracts/problems/index.js';
import { numericSignature } from '../../../contracts/signature.js';
import { modelProcesses, servingLimits } from '../../../infra/adapters/onnx/model-processes.js';
import { openScorer } from '../../../infra/adapters/onnx/scorer.js';
import { modelFile } from '../../support/models/model-file.js';
import { defineDoor } from '../door.js';
import { onnxModels } from '../items/onnx.js';
import { type Verdict, accepted, hasTrace, refused, silent, stopped } from '../verdict.js';

const SHAPE = { signature: numericSignature(['x1', 'x2']), problem: BINARY };
const BATCH = { rows: 3, dense: Float32Array.of(0, 0, 1, 1, -2, 0.5) };
const limits = { ...servingLimits, loadMs: 5_000, runMs: 2_000 };

function verdictOf(error: unknown): Verdict {
  if (!(error instanceof MainspringFailure)) return silent(`it would be retried: ${String(error)}`);
  const { message, remedy } = error;
  if (hasTrace(message)) return stopped(`a stack trace: ${message}`);
  return remedy === '' ? stopped(`no remedy: ${message}`) : refused(message);
}

/** Generated and broken ONNX models, each in a process as the gateway runs it, beside a good one that answers on. */
export const models = defineDoor<Uint8Array>({
  name: 'models',
  what: 'ONNX models',
  weight: 0.5,
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mainspring-abuse-models-'));
    const scorer = openScorer(modelProcesses(limits));
    const good = await scorer.load(modelFile('good'), 'good model', SHAPE);
    const before = await good.score(BATCH);
    const path = join(folder, 'model.onnx');

    async function judge(bytes: Uint8Array): Promise<Verdict> {
      await writeFile(path, bytes);
      try {
        const model = await scorer.load(path, 'candidate', SHAPE);
        try {
          const answer = await model.score(BATCH);
          return answer.length === BATCH.rows
            ? accepted()
            : stopped(`${answer.length} answers for ${BATCH.rows} rows`);
        } finally {
          await model.release();
        }
      } catch (error) {
        return verdictOf(error);
      }
    }

    return {
      items: onnxModels,
      send: async (bytes) => {
        const verdict = await judge(bytes);
        const after = await good.score(BATCH);
        return after.every((value, at) => value === before[at])
          ? verdict
          : stopped('the good model answers otherwise');
      },
      show: (bytes) => Buffer.from(bytes).toString('base64'),
      close: async () => {
        await good.release();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
});
