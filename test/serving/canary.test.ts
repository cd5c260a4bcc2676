import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeploymentActivities } from '../../activities/deployment/index.js';
import type { GoldenRequests } from '../../contracts/evaluation.js';
import { releaseId } from '../../contracts/ids.js';
import { ReleaseInput, type ReleaseResult, type ServedVersion } from '../../contracts/release.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { sha } from '../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { type Fixture, MODEL, type Stage, aRow, openStage, post } from './support.js';

/**
 * Runs the release workflow with its real activities, PostgreSQL, S3 and a real gateway, while clients send requests
 * continuously.
 */

let stage: Stage;
let harness: WorkflowHarness;
let url: string;
let clients: Promise<void>[] = [];
let stopped = false;
const seen = { answers: 0, failures: [] as unknown[], versions: new Set<string>() };

/** A client that sends requests continuously. Every fifth request breaks the fragile model. */
async function client(name: string): Promise<void> {
  for (let n = 0; !stopped; n++) {
    const data = n % 5 === 0 ? [1_000, ...aRow(n).slice(1)] : aRow(n);
    const { status, body } = await post<{ model_version: string }>(url, `/v2/models/${MODEL}/infer`, {
      id: `${name}-${n}`,
      inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data }],
    });
    seen.answers += 1;
    seen.versions.add(body.model_version);
    if (status !== 200) seen.failures.push({ status, body });
  }
}

beforeAll(async () => {
  stage = await openStage();
  await stage.register(6);
  ({ url } = await stage.gateway());
  harness = await workflowHarness('test/workflows/fakes/release.ts', 'canary');
});
afterAll(async () => {
  stopped = true;
  await Promise.all(clients);
  await harness?.close();
  await stage?.close();
});

const release = (candidate: ServedVersion): Promise<ReleaseResult> =>
  harness.run(createDeploymentActivities({ serving: stage.control }), async (temporal) => {
    seen.versions.clear();
    const input = ReleaseInput.parse({
      model: MODEL,
      run: `run-${candidate.version}`,
      specDigest: sha('spec'),
      candidate,
      spec: {
        canary: { share: '50%', minRequests: 50, minTime: '100ms', maxTime: '1m' },
        guardrails: { errorRate: '1%', latencyP99Ms: 5_000, scoreShift: 0.1 },
      },
    });
    const result: unknown = await temporal.workflow.execute('release', {
      workflowId: releaseId(MODEL, candidate.version),
      taskQueue: TaskQueue.control,
      args: [input],
    });
    return result as ReleaseResult;
  });
const aliases = async () =>
  Object.fromEntries(
    (
      await stage.db
        .selectFrom('aliases')
        .select(['alias', 'version'])
        .where('valid_to', 'is', null)
        .execute()
    ).map(({ alias, version }) => [alias, version]),
  );

describe('a release on live traffic', { timeout: 180_000 }, () => {
  it('makes the first version champion without a canary', async () => {
    const result = await release(await stage.version(1, 'champion'));
    expect(result).toMatchObject({ outcome: 'promoted', generation: 2, evidence: null });
    expect(await aliases()).toEqual({ champion: 1 });
    clients = ['ada', 'bo', 'cy'].map(client);
  });

  it('rolls back a canary that errors, and no client notices', async () => {
    const result = await release(await stage.version(2, 'fragile'));
    expect(result.outcome).toBe('rolled-back');
    expect(result.reason).toMatch(/^errors \d.* above 1 %/);
    expect(result.evidence?.errors).toBeGreaterThan(0);
    expect(await aliases()).toEqual({ champion: 1 });
    expect(await stage.control.routes(MODEL)).toMatchObject({ champion: { version: 1 }, candidate: null });
    expect(seen.failures).toEqual([]);
  });

  it('promotes a canary that keeps within its guardrails, and the old champion stays hot as previous', async () => {
    const result = await release(await stage.version(3, 'better'));
    expect(result).toMatchObject({ outcome: 'promoted' });
    expect(result.evidence?.compared).toBeGreaterThan(0);
    expect(result.evidence?.meanAbsoluteDifference).toBeGreaterThan(0);
    expect(await aliases()).toEqual({ champion: 3, previous: 1 });
    expect([...seen.versions].sort()).toEqual(['1', '3']);
    const one = { inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data: aRow(1) }] };
    expect((await post(url, `/v2/models/${MODEL}/infer`, one)).body['model_version']).toBe('3');
    expect((await post(url, `/v2/models/${MODEL}/versions/1/infer`, one)).status).toBe(200);
    expect((await post(url, `/v2/models/${MODEL}/versions/2/infer`, one)).status).toBe(404);
  });

  it('rolls back a canary whose scores are far from the champion’s', async () => {
    const result = await release(await stage.version(4, 'opposite'));
    expect(result.outcome).toBe('rolled-back');
    expect(result.reason).toContain('mean score difference');
  });

  it.each<[string, number, Fixture, Partial<GoldenRequests>, string]>([
    [
      'answers differently than evaluation saw',
      5,
      'champion',
      { scores: [0.1, 0.2, 0.3, 0.4, 0.5] },
      'golden request 0 scored',
    ],
    ['takes another number of features', 6, 'narrow', {}, 'expected one input features: float32[rows, 14]'],
  ])(
    'refuses a model that %s before it gets a single request',
    async (_what, version, fixture, golden, why) => {
      const candidate = await stage.version(version, fixture, golden);
      const result = await release(candidate);
      expect(result.outcome).toBe('rolled-back');
      expect(result.reason).toContain('WarmUpFailed: gateway g1');
      expect(result.reason).toContain(why);
      expect([...seen.versions]).toEqual(['3']);
    },
  );

  it('has failed no request of the clients that looped through all of it', () => {
    expect(seen.answers).toBeGreaterThan(500);
    expect(seen.failures).toEqual([]);
  });
});
