import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeploymentActivities } from '../../activities/deployment/index.js';
import { releaseId } from '../../contracts/ids.js';
import { ReleaseInput, type ReleaseResult, type ServedVersion } from '../../contracts/release.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { sha } from '../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { MODEL, type Stage, openStage, post } from './support.js';
import { aPenguin, species } from './typed-models.js';

/**
 * Releases of a classifier with typed inputs: the real workflow, activities and gateway, with clients that send
 * requests continuously.
 */

let stage: Stage;
let harness: WorkflowHarness;
let url: string;
let client: Promise<void> | undefined;
let stopped = false;
const seen = { answers: 0, failures: [] as unknown[] };

/** Sends requests continuously. Every fifth penguin has a clutch that breaks the fragile model. */
async function askAllTheTime(): Promise<void> {
  for (let n = 0; !stopped; n++) {
    const body = aPenguin(n, { entity: `e-${n}` });
    const inputs = body.inputs.map((input) =>
      input.name === 'clutch' && n % 5 === 0 ? { ...input, data: [1_000] } : input,
    );
    const answer = await post(url, `/v2/models/${MODEL}/infer`, { ...body, inputs });
    seen.answers += 1;
    if (answer.status !== 200) seen.failures.push(answer);
  }
}

beforeAll(async () => {
  stage = await openStage();
  await stage.register(3);
  ({ url } = await stage.gateway());
  harness = await workflowHarness('test/workflows/fakes/release.ts', 'typed-canary');
});
afterAll(async () => {
  stopped = true;
  await client;
  await harness?.close();
  await stage?.close();
});

const release = (candidate: ServedVersion): Promise<ReleaseResult> =>
  harness.run(createDeploymentActivities({ serving: stage.control }), async (temporal) => {
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

describe('a release of a typed classifier on live traffic', { timeout: 180_000 }, () => {
  it('makes the first version champion', async () => {
    expect(await release(await stage.typed(1, species('species')))).toMatchObject({ outcome: 'promoted' });
    client = askAllTheTime();
  });

  it('is rolled back when the canary errs, and no client notices', async () => {
    const result = await release(await stage.typed(2, species('species-fragile')));
    expect(result.outcome).toBe('rolled-back');
    expect(result.reason).toMatch(/^errors \d.* above 1 %/);
    expect(seen.failures).toEqual([]);
  });

  it('is promoted within its guardrails, with a total variation distance as score difference', async () => {
    const result = await release(await stage.typed(3, species('species-better')));
    expect(result).toMatchObject({ outcome: 'promoted' });
    expect(result.evidence?.compared).toBeGreaterThan(0);
    expect(result.evidence?.meanAbsoluteDifference).toBeGreaterThan(0);
    expect(result.evidence?.meanAbsoluteDifference).toBeLessThan(0.1);
    expect(seen.answers).toBeGreaterThan(100);
    expect(seen.failures).toEqual([]);
  });
});
