import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBudgetActivities } from '../../activities/budget/index.js';
import { tellReady } from '../../activities/training/tell-ready.js';
import { type ApprovalState, approvalState, voteUpdate } from '../../contracts/approval.js';
import { limitsOf } from '../../contracts/budget-arithmetic.js';
import { approvalId, budgetExtensionId, ownAccount, trainingJobId } from '../../contracts/ids.js';
import type { CollectJobInput, DispatchJobInput, WatchJobInput } from '../../contracts/job-lease.js';
import { trainingJobState } from '../../contracts/job-lease.js';
import type { Budget } from '../../contracts/spec/training.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { TrainingJobInput, TrainingJobResult } from '../../contracts/training.js';
import { openJobStore } from '../../infra/adapters/postgres/job-store.js';
import { createAccount, readAccounts } from '../../infra/adapters/postgres/budget-accounts.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import type { Database } from '../../infra/adapters/postgres/schema.js';
import { migrate } from '../../infra/migrations/migrate.js';
import { balance } from '../support/budget/balance.js';
import { freshDatabase } from '../support/database.js';
import { aJobResult, aPackedSpec, sha } from '../support/fixtures.js';
import { aJob } from '../support/training/fake-activities.js';
import { until } from '../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';

let harness: WorkflowHarness;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Kysely<Database>;
let jobs: ReturnType<typeof openJobStore>;
/** Running jobs wait for this promise, so that the test decides when they end. */
let hold = Promise.resolve();
let client: Client;
let running: Promise<void> | undefined;
let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => (finish = resolve));
const deadlines = new Map<string, string>();

beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/budget.ts', 'budget');
  database = await freshDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
  jobs = openJobStore(db);
  ({ client } = harness);
  running = harness.run(activities(), () => finished);
});
afterEach(() => {
  hold = Promise.resolve();
});
afterAll(async () => {
  finish();
  await running;
  await harness?.close();
  await db?.destroy();
  await database?.drop();
});

/** Activities with real rows and a real ledger. A job is only a row, which claims a minute of use. */
const activities = () => ({
  ...createBudgetActivities({
    ledger: jobs.ledger,
    registry: { loadSpec: async () => aPackedSpec(), run: async () => undefined },
  }),
  recordApproval: async () => undefined,
  openJob: async () => ({ attempt: 1 }),
  buildEnvironment: async () => undefined,
  dispatchJob: async ({ job, attempt }: DispatchJobInput) => {
    const { intent, backend, model, run, specDigest, budget, resources } = job;
    const jobKey = `ms-${intent}-a${attempt}`;
    const row = { jobKey, intent, attempt, model, run, specDigest, jobDigest: sha(intent), backend };
    const answer = await jobs.ledger.admit(row, {
      budget,
      resources,
      longestMs: 3_600_000,
      waiter: () => trainingJobId(intent),
    });
    const attempted = { intent, attempt, jobKey, backend };
    return answer.kind === 'parked' ? { ...attempted, parked: answer.parked } : attempted;
  },
  watchJob: async ({ intent, deadline }: WatchJobInput) => {
    deadlines.set(intent, deadline);
    await hold;
    return { end: 'ended' };
  },
  collectJob: async ({ jobKey }: CollectJobInput) => {
    const spend = { wallSeconds: 60, cpuSeconds: 1, gpuSeconds: 0 };
    const row = (await jobs.get(jobKey))!;
    await jobs.update(jobKey, row.version, { state: 'succeeded', spend, endedAt: new Date() });
    await tellReady(jobs.ledger);
    return {
      jobKey,
      attempt: 1,
      state: 'succeeded',
      class: 'succeeded',
      exitCode: 0,
      reason: '',
      logTail: '',
      spend,
      result: { metrics: {}, model: aJobResult('any').model },
    };
  },
  cancelJob: async ({ intent }: { intent: string }) => {
    await jobs.ledger.leave(intent);
    return { job: null };
  },
});

async function anAccount(cpuHours: number): Promise<string> {
  const name = `team-${randomUUID().slice(0, 8)}`;
  await createAccount(db, name, limitsOf({ cpuHours }), 'ops', 'a test');
  return name;
}
type Handle = WorkflowHandle<(input: TrainingJobInput) => Promise<TrainingJobResult>>;
async function start(budget: Budget): Promise<{ job: TrainingJobInput; handle: Handle }> {
  const job = aJob(`r-${randomUUID().slice(0, 8)}`, { budget });
  const handle = await client.workflow.start<(input: TrainingJobInput) => Promise<TrainingJobResult>>(
    'trainingJob',
    { workflowId: trainingJobId(job.intent), taskQueue: TaskQueue.control, args: [job] },
  );
  return { job, handle };
}
const waits = (handle: Handle) =>
  until(async () => (await handle.query(forTemporal(trainingJobState))).phase === 'waiting');
const requestOf = async (account: string, n = 1) => {
  const handle = client.workflow.getHandle<() => Promise<ApprovalState>>(
    approvalId(`budget/${account}/1`, n),
  );
  await until(() =>
    handle.query(forTemporal(approvalState)).then(
      () => true,
      () => false,
    ),
  );
  return handle;
};
async function decide(account: string, verdict: 'approve' | 'reject') {
  const handle = await requestOf(account);
  const { evidenceDigest } = await handle.query(forTemporal(approvalState));
  const votes = { 'business-stakeholder': 'maya', 'ml-engineer': 'tomas' } as const;
  for (const [role, by] of Object.entries(votes)) {
    const vote = { by, role: role as keyof typeof votes, verdict, evidenceDigest };
    await handle.executeUpdate(forTemporal(voteUpdate), { args: [vote] });
    if (verdict === 'reject') return;
  }
}
const failureOf = (handle: Handle) =>
  handle.result().then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
      let cause: unknown = error.cause;
      while (cause instanceof Error && cause.cause) ({ cause } = cause);
      return cause as Error & { type?: string };
    },
  );

describe('jobs on an account that is used up', () => {
  it('wait together for one decision, and a yes lets them all go on with their whole deadline', async () => {
    const account = await anAccount(0.5);
    const started = await Promise.all([1, 2, 3].map(() => start({ account, onExhausted: 'ask' })));
    await Promise.all(started.map(({ handle }) => waits(handle)));
    expect(await started[0]!.handle.query(forTemporal(trainingJobState))).toMatchObject({
      jobKey: null,
      parked: { why: 'budget', at: account, reason: expect.stringContaining('0.500 CPU-hours') as string },
    });
    await decide(account, 'approve');
    for (const { handle, job } of started) {
      expect(await handle.result()).toMatchObject({ intent: job.intent, spend: { wallSeconds: 60 } });
      expect(Date.parse(deadlines.get(job.intent)!)).toBeGreaterThan(Date.parse(job.deadline));
    }
    expect(await client.workflow.getHandle(budgetExtensionId(account, 1)).result()).toBe('APPROVED');
    const [figures] = await readAccounts(db, [account]);
    expect(figures).toMatchObject({
      generation: 2,
      reserved: { cpuMs: 0 },
      settled: { cpuMs: 180_000 },
    });
    expect((await balance(db)).faults).toEqual([]);
  });

  it('end with BudgetExhausted after a no, with the figures and who said it', async () => {
    const account = await anAccount(0.5);
    const started = await Promise.all([1, 2].map(() => start({ account, onExhausted: 'ask' })));
    await Promise.all(started.map(({ handle }) => waits(handle)));
    await decide(account, 'reject');
    for (const { handle } of started) {
      const failure = await failureOf(handle);
      expect(failure).toMatchObject({ type: 'BudgetExhausted' });
      expect(failure?.message).toMatch(/limit 0\.500 CPU-hours.*rejected \(maya/);
    }
    expect(await jobs.ledger.waiting(account)).toEqual([]);
  });

  it('ask no person if the spec says `fail`', async () => {
    const { handle } = await start({ cpuHours: 0.5, onExhausted: 'fail' });
    expect(await failureOf(handle)).toMatchObject({ type: 'BudgetExhausted' });
  });

  it('wait for running jobs without asking a person, and go on as soon as those settle', async () => {
    let release = (): void => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const account = await anAccount(1.5);
    const first = await start({ account, onExhausted: 'fail' });
    await until(async () => (await first.handle.query(forTemporal(trainingJobState))).phase === 'running');
    const second = await start({ account, onExhausted: 'fail' });
    await waits(second.handle);
    expect((await second.handle.query(forTemporal(trainingJobState))).parked).toMatchObject({
      why: 'reserved',
    });
    release();
    expect(await second.handle.result()).toMatchObject({ attempt: 1 });
    await expect(client.workflow.getHandle(budgetExtensionId(account, 1)).describe()).rejects.toThrow();
  });

  it('take the question about their own budget along when they are cancelled, and leave no trace', async () => {
    const { handle, job } = await start({ cpuHours: 0.5, onExhausted: 'ask' });
    await waits(handle);
    const account = ownAccount(job.model, job.run);
    const request = await requestOf(account);
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    await request.result().catch(() => undefined);
    const extension = client.workflow.getHandle(budgetExtensionId(account, 1));
    await extension.result().catch(() => undefined);
    expect((await extension.describe()).status.name).toBe('CANCELLED');
    const { status } = await db
      .selectFrom('budget_requests')
      .select('status')
      .where('account', '=', account)
      .executeTakeFirstOrThrow();
    expect(status).toBe('LAPSED');
    expect(await jobs.ledger.waiting(account)).toEqual([]);
    expect(await jobs.last(job.intent)).toBeUndefined();
  });
});
