import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScorer } from '../../infra/adapters/onnx/scorer.js';
import type { ModelLoader } from '../../serving/ports.js';
import { MODEL, type Stage, aRequest, aRow, get, openStage, post, served, until } from './support.js';

/** Callers that close their connection before the answer. */

interface Stats {
  givenUp: number;
  arms: { arm: string; requests: number; errors: number }[];
  requestLog: { dropped: number };
}

const path = `/v2/models/${MODEL}/infer`;
const ROWS = 10_000;
let stage: Stage;
let url: string;
let isHeld = false;
let runs = 0;
const sockets: Socket[] = [];

/** Models that run, and wait with their answer for as long as `isHeld`. */
const held: ModelLoader = {
  load: async (...model) => {
    const { score, ...rest } = await openScorer().load(...model);
    return {
      ...rest,
      score: async (batch) => {
        runs += 1;
        if (isHeld) await until('the model is let go', async () => !isHeld);
        return score(batch);
      },
    };
  },
};

const stats = async () => (await get<Stats>(url, `/v2/models/${MODEL}/stats`)).body;
const logged = async () => (await post(url, `/v2/models/${MODEL}/flush`, {})).body['rows'];
const counted = async () => (await stats()).arms.map(({ requests, errors }) => [requests, errors]);

/** Sends requests while the models wait, and closes their connections before the models go on. */
async function giveUp(bodies: readonly string[]): Promise<void> {
  const ranBefore = runs;
  const closedBefore = sockets.filter((one) => one.destroyed).length;
  isHeld = true;
  const gone = new AbortController();
  const answers = bodies.map((body) => fetch(`${url}${path}`, { method: 'POST', body, signal: gone.signal }));
  await until('a model runs', async () => runs > ranBefore);
  gone.abort();
  const ends = await Promise.allSettled(answers);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  await until('the connections are closed', async () => {
    return sockets.filter((one) => one.destroyed).length >= closedBefore + bodies.length;
  });
  isHeld = false;
}

const large = (parameters: object) =>
  JSON.stringify({
    parameters,
    inputs: [
      {
        name: 'features',
        shape: [ROWS, 14],
        datatype: 'FP32',
        data: Array.from({ length: ROWS }, (_, n) => aRow(n)).flat(),
      },
    ],
  });

beforeAll(async () => {
  stage = await openStage();
  await stage.register(2);
  const { gateway, url: at } = await stage.gateway({ models: held });
  url = at;
  gateway.server.server.on('connection', (socket: Socket) => sockets.push(socket));
  const { generation } = await stage.route({ champion: await stage.version(1, 'champion') });
  await served(stage.control, generation);
});
afterAll(() => stage?.close());

describe('requests whose callers go', { timeout: 90_000 }, () => {
  it('are run no further, are neither counted nor logged, and leave the log to the others', async () => {
    const before = runs;
    await giveUp(Array.from({ length: 30 }, () => large({})));
    expect((await post(url, path, aRequest(1))).status).toBe(200);
    expect(runs - before).toBe(2);
    const { givenUp, requestLog } = await stats();
    expect(givenUp).toBeGreaterThan(0);
    expect(givenUp).toBeLessThanOrEqual(30);
    expect(requestLog.dropped).toBe(0);
    expect(await counted()).toEqual([[1, 0]]);
    expect(await logged()).toBe(1);
  });

  it('count for no arm while a candidate answers, and are not asked of the champion', async () => {
    const version = await stage.version(2, 'better');
    const { generation } = await stage.route({ candidate: version, candidateShare: 0.5 });
    await served(stage.control, generation);
    const { givenUp } = await stats();
    const before = runs;
    await giveUp([large({ entities: Array.from({ length: ROWS }, (_, n) => `e${n}`) })]);
    await until('it is noticed', async () => (await stats()).givenUp === givenUp + 1);
    expect(runs - before).toBe(1);
    expect(await counted()).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(await logged()).toBe(0);
  });
});
