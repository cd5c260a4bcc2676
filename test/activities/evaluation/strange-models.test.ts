import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvaluationActivities } from '../../../activities/evaluation/index.js';
import { evaluationLimits, modelProcesses } from '../../../infra/adapters/onnx/model-processes.js';
import { openScorer } from '../../../infra/adapters/onnx/scorer.js';
import { type Scenario, openScenario } from './scenario.js';

/** Models that a trainer may bring, and that must not stop the evaluation pool. */

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario();
});
afterAll(() => scenario.close());

const withLimit = (runMs: number) =>
  createEvaluationActivities({
    ...scenario.deps,
    scorer: openScorer(modelProcesses({ ...evaluationLimits, runMs, runMsPerRow: 0 })),
  }).evaluateModels;
/** One row for which the model `loop` never ends. */
const endless = () =>
  scenario.table(
    'select * replace (case when id = 77 then 1e7 else x1 end as x1) from rows where x2 is not null',
  );

describe('evaluateModels', { timeout: 60_000 }, () => {
  it('ends with ModelTooSlow when the candidate never ends for one of the rows', async () => {
    const input = await scenario.input({ model: 'loop', test: await endless() });
    await expect(new MockActivityEnvironment().run(withLimit(2_000), input)).rejects.toMatchObject({
      type: 'ModelTooSlow',
      message: expect.stringMatching(
        /^the candidate did not answer \d+ rows within 2 s; its process was ended$/,
      ) as string,
      remedy: expect.stringContaining('a loop without an end') as string,
    });
  });

  it('ends at once when it is cancelled while the candidate hangs', async () => {
    const environment = new MockActivityEnvironment();
    const input = await scenario.input({ model: 'loop', run: 'run-2', test: await endless() });
    const ended = environment.run(withLimit(600_000), input).catch((error: unknown) => error);
    setTimeout(() => environment.cancel('CANCELLED'), 4_000);
    const startedAt = performance.now();
    expect(await ended).toMatchObject({ message: 'CANCELLED' });
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('refuses a model whose answer to a row depends on the rows beside it, and names the export', async () => {
    const input = await scenario.input({
      model: 'batch-norm',
      test: await scenario.table('from rows where x2 is not null'),
    });
    await expect(new MockActivityEnvironment().run(withLimit(20_000), input)).rejects.toMatchObject({
      type: 'ModelUnusable',
      message: expect.stringContaining(
        'depends on the other rows of its batch: alone it gave [0.5]',
      ) as string,
      remedy: expect.stringContaining('model.eval()') as string,
    });
  });
});
