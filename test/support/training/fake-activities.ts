import type { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { StudyActivities } from '../../../activities/study/index.js';
import type { TrainingActivities } from '../../../activities/training/index.js';
import type { Stopped } from '../../../contracts/early-stopping.js';
import type {
  CancelJobInput,
  DispatchJobInput,
  JobOutcome,
  WatchResult,
} from '../../../contracts/job-lease.js';
import type { EndedTrials, Suggested, TrialRow } from '../../../contracts/study.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import type { WorkflowHarness } from '../workflows.js';
import { aJobResult, anArtifact, aTable, sha } from '../fixtures.js';

export const aJob = (run: string, more: Partial<TrainingJobInput> = {}): TrainingJobInput => ({
  model: 'tiny',
  run,
  specDigest: sha('spec'),
  intent: `tiny/${run}/trial-0`,
  backend: 'local',
  command: ['python', 'train.py'],
  code: anArtifact('code'),
  environment: anArtifact('environment'),
  channels: { train: aTable('train') },
  columns: { features: ['x'], label: 'label' },
  params: {},
  resources: { cpus: 1, memory: '1GiB', gpus: 0, nodes: 1 },
  placement: {},
  retries: { infrastructure: 10, preempted: 20, outOfMemory: 1, user: 0 },
  seed: 1,
  deadline: '2100-01-01T00:00:00.000Z',
  objective: null,
  ...more,
});

export const succeeds = (loss = 0.4): Partial<JobOutcome> => ({
  state: 'succeeded',
  class: 'succeeded',
  exitCode: 0,
  reason: '',
  result: { metrics: { log_loss: loss }, model: aJobResult('any').model },
});
export const fails = (kind: JobOutcome['class'], more: Partial<JobOutcome> = {}): Partial<JobOutcome> => ({
  state: 'failed',
  class: kind,
  reason: `it was ${kind}`,
  ...more,
});

/**
 * Fake training activities that follow a plan and record their calls.
 *
 * @param plan.collect the outcome of an attempt
 * @param plan.watch the end of its watch
 * @param plan.openAt the attempt to begin with
 */
export function fakeTraining(plan: {
  collect: (job: TrainingJobInput, attempt: number) => Partial<JobOutcome>;
  watch?: (attempt: number) => Promise<WatchResult['end']>;
  openAt?: number;
  /** Selects trials that are stopped early; they are then cancelled and collected. */
  stops?: (job: TrainingJobInput) => Stopped | null;
  suggest?: (trials: number[]) => Suggested;
  /** The result when the study checks its quiet trials. */
  ended?: () => EndedTrials;
}) {
  const dispatched: DispatchJobInput[] = [];
  const cancelled: CancelJobInput[] = [];
  const calls: string[] = [];
  const byIntent = new Map<string, TrainingJobInput>();
  let running = 0;
  const seen = { most: 0 };
  const recorded: TrialRow[] = [];
  const activities: TrainingActivities & StudyActivities = {
    openJob: async () => ({ attempt: plan.openAt ?? 1 }),
    buildEnvironment: async () => void calls.push('buildEnvironment'),
    dispatchJob: async (input) => {
      calls.push('dispatchJob');
      dispatched.push(input);
      running += 1;
      seen.most = Math.max(seen.most, running);
      const { intent, backend } = input.job;
      byIntent.set(intent, input.job);
      return { intent, attempt: input.attempt, jobKey: `ms-${intent}-a${input.attempt}`, backend };
    },
    watchJob: async ({ attempt }) => {
      calls.push('watchJob');
      return { end: (await plan.watch?.(attempt)) ?? 'ended' };
    },
    collectJob: async ({ jobKey, attempt, intent }) => {
      calls.push('collectJob');
      running -= 1;
      const job = byIntent.get(intent);
      if (!job) throw new Error('collected before it was dispatched');
      return {
        jobKey,
        attempt,
        state: 'failed',
        class: 'infrastructure',
        exitCode: null,
        reason: '',
        logTail: '',
        spend: { wallSeconds: 2, cpuSeconds: 1, gpuSeconds: 0 },
        result: null,
        ...plan.collect(job, attempt),
      };
    },
    cancelJob: async (input) => {
      calls.push('cancelJob');
      cancelled.push(input);
      const { intent, attempt, backend } = input;
      const job = byIntent.has(intent)
        ? { intent, attempt, jobKey: `ms-${intent}-a${attempt}`, backend }
        : null;
      return { job };
    },
    runJob: async ({ job: input, attempt, memoryFactor }) => {
      const stopped = plan.stops?.(input);
      const job = await activities.dispatchJob({ job: input, attempt, memoryFactor });
      if (job.parked) return { end: 'parked', parked: job.parked };
      if (stopped) return { end: 'stopped', job, stopped };
      const { end } = await activities.watchJob({ ...job, deadline: input.deadline });
      if (end === 'overdue') return { end, job };
      return { end, job, outcome: await activities.collectJob({ ...job, end }) };
    },
    suggestTrials: async ({ trials }) => {
      calls.push('suggestTrials');
      return plan.suggest?.(trials) ?? [];
    },
    openTrial: async () => ({ attempt: plan.openAt ?? 1, stopped: null }),
    recordTrials: async ({ trials }) => {
      calls.push('recordTrials');
      recorded.push(...trials);
    },
    findEndedTrials: async () => plan.ended?.() ?? [],
  };
  return { activities, dispatched, cancelled, calls, seen, recorded };
}

/** A watch that ends only when its activity is cancelled, like that of a long job. */
export const forever = (context: () => Context) => async (): Promise<never> => {
  const ctx = context();
  const timer = setInterval(() => ctx.heartbeat(), 50);
  try {
    return await ctx.cancelled;
  } finally {
    clearInterval(timer);
  }
};

type Fake = ReturnType<typeof fakeTraining>;

/** Workers that run for a whole test file, with the fake activities of the current test. */
export async function trainingStage(harness: WorkflowHarness) {
  let current: Fake | undefined;
  const activities = Object.fromEntries(
    Object.keys(fakeTraining({ collect: () => succeeds() }).activities).map((name) => [
      name,
      (input: never) => {
        if (!current) throw new Error(`${name} was called outside a test`);
        return current.activities[name as keyof Fake['activities']](input);
      },
    ]),
  );
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const running = harness.run(activities, () => finished);
  return {
    play: <T>(fake: Fake, work: (client: Client) => Promise<T>): Promise<T> => {
      current = fake;
      return work(harness.client);
    },
    close: async () => {
      finish();
      await running;
      await harness.close();
    },
  };
}
export type TrainingStage = Awaited<ReturnType<typeof trainingStage>>;
