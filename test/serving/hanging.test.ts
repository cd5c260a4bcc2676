import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servingLimits } from '../../infra/adapters/onnx/model-processes.js';
import { quickModels } from '../../infra/adapters/onnx/quick-models.js';
import { openScorer } from '../../infra/adapters/onnx/scorer.js';
import { MODEL, type Stage, aRequest, aRow, get, openStage, post, served } from './support.js';

/** A model that never ends for some rows, beside a good one. */

interface Answer {
  model_version: string;
  error?: string;
}

const RUN_MS = 1_000;
const OUT_MS = 3_000;
let stage: Stage;
let url: string;

/** A row for which the loop of the model goes on for ever. */
const endless = (n: number) =>
  aRequest(n, {
    inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data: [1e7, ...aRow(n).slice(1)] }],
  });
const champion = (n: number) => post<Answer>(url, `/v2/models/${MODEL}/versions/1/infer`, aRequest(n));
const loop = (body: unknown) => post<Answer>(url, `/v2/models/${MODEL}/versions/2/infer`, body);

beforeAll(async () => {
  stage = await openStage();
  await stage.register(2);
  const limits = {
    ...servingLimits,
    runMs: RUN_MS,
    outMs: [OUT_MS, OUT_MS] as [number, number],
    restartMs: [10, 10] as [number, number],
  };
  ({ url } = await stage.gateway({ models: openScorer(quickModels(limits)) }));
  const { generation } = await stage.route({
    champion: await stage.version(1, 'champion'),
    candidate: await stage.version(2, 'loop'),
    candidateShare: 0,
  });
  await served(stage.control, generation);
});
afterAll(() => stage?.close());

describe('a model that never ends for some rows', { timeout: 60_000 }, () => {
  it('answers the others, and 504 with the reason for those', async () => {
    expect((await loop(aRequest(1))).status).toBe(200);
    const { status, body } = await loop(endless(1));
    expect(status).toBe(504);
    expect(body.error).toContain('version 2 did not answer 1 rows within 1');
    expect((await loop(aRequest(2))).status).toBe(200);
  });

  it('does not keep the gateway or another model from answering', async () => {
    let isHanging = true;
    const hanging = loop(endless(1)).finally(() => (isHanging = false));
    let meanwhile = 0;
    for (let n = 0; n < 50; n++) {
      expect((await champion(n)).status).toBe(200);
      expect((await get(url, '/v2/health/live')).status).toBe(200);
      meanwhile += Number(isHanging);
    }
    expect(meanwhile).toBeGreaterThan(0);
    expect((await hanging).status).toBe(504);
    await loop(aRequest(1));
  });

  it('is out of service after three in a row, refuses at once meanwhile, and comes back', async () => {
    for (let n = 0; n < 3; n++) await loop(endless(n));
    const { status, body } = await loop(aRequest(1));
    expect([status, body.error]).toEqual([504, expect.stringContaining('out of service for another')]);
    expect((await champion(1)).status).toBe(200);
    await expect.poll(async () => (await loop(aRequest(1))).status, { timeout: 20_000 }).toBe(200);
  });

  it('fails no client as a candidate: the champion answers, and the error is on the candidate’s account', async () => {
    const { generation } = await stage.route({ candidateShare: 1 });
    await served(stage.control, generation);
    const { status, body } = await post<Answer>(url, `/v2/models/${MODEL}/infer`, endless(1));
    expect([status, body.model_version]).toEqual([200, '1']);
    const { arms } = (
      await get<{ arms: { arm: string; errors: number }[] }>(url, `/v2/models/${MODEL}/stats`)
    ).body;
    expect(arms.find(({ arm }) => arm === 'candidate')?.errors).toBe(1);
  });
});
