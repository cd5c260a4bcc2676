import type { CancelRequest } from '../contracts/lifecycle.js';
import { type Config, loadConfig } from '../infra/config.js';
import type { ExtendStudy, StudyNote } from '../contracts/study.js';
import type { BackfillOptions } from './operations/backfill.js';
import type { BudgetLimits, PriceOptions } from './operations/budget.js';
import type { ListOptions } from './operations/list.js';
import type { LogLines, LogOptions } from './operations/logs.js';
import type { PoolOptions } from './operations/pools.js';
import type { PredictOptions } from './operations/predict.js';
import type { StartOptions } from './operations/start.js';
import type { TriggerOptions } from './operations/triggers.js';
import type { VoteOptions } from './operations/vote.js';
import type { WatchOptions, Watched } from './operations/watch.js';
import { openServices } from './services/services.js';
import { checkSpec } from './spec/check.js';
import { explainSpec } from './spec/explain.js';

export { defineModel } from '../contracts/spec/model-spec.js';
export type { ModelSpec, ModelSpecInput } from '../contracts/spec/model-spec.js';
export { type ErrorKind, MainspringError } from './errors.js';
export { checkSpec } from './spec/check.js';
export { explainSpec } from './spec/explain.js';

/** Where the servers are. Left out: what the environment passed here says, else the running local stack. */
export interface ConnectOptions {
  /** The variables of docs/operating.md, e.g. `process.env`. */
  environment?: Record<string, string | undefined>;
  config?: Config;
}

/** Operations are loaded when they are first used: `--help`, completion and `spec` answer without the drivers. */
const load = {
  approvals: () => import('./operations/approvals.js'),
  backfill: () => import('./operations/backfill.js'),
  budget: () => import('./operations/budget.js'),
  cancel: () => import('./operations/cancel.js'),
  doctor: () => import('./operations/doctor.js'),
  findJob: () => import('./operations/find-job.js'),
  jobs: () => import('./operations/jobs.js'),
  jobSeries: () => import('./operations/job-series.js'),
  list: () => import('./operations/list.js'),
  liveJobs: () => import('./operations/live-jobs.js'),
  logs: () => import('./operations/logs.js'),
  models: () => import('./operations/models.js'),
  monitor: () => import('./operations/monitor.js'),
  pools: () => import('./operations/pools.js'),
  predict: () => import('./operations/predict.js'),
  reap: () => import('./operations/reap.js'),
  report: () => import('./operations/report.js'),
  start: () => import('./operations/start.js'),
  status: () => import('./operations/status.js'),
  study: () => import('./operations/study.js'),
  triggers: () => import('./operations/triggers.js'),
  vote: () => import('./operations/vote.js'),
  watch: () => import('./operations/watch.js'),
};

/** Mainspring as functions. Servers are opened when a function first needs them; `close` lets the process end. */
export function connect({ environment = {}, config = loadConfig(environment) }: ConnectOptions = {}) {
  const services = openServices(config);
  return {
    /** Check a model file, record it with everything that it names, and start a lifecycle. */
    start: async (modelFile: string, options: StartOptions) =>
      (await load.start()).start(services, modelFile, options),
    /** Runs, newest first. */
    list: async (options?: ListOptions) => (await load.list()).list(services, options),
    status: async (run: string) => (await load.status()).status(services, run),
    /** Every change of a run until it ends. */
    watch: async function* (run: string, options?: WatchOptions): AsyncGenerator<Watched, void, void> {
      yield* (await load.watch()).watch(services, run, options);
    },
    cancel: async (run: string, request: CancelRequest) =>
      (await load.cancel()).cancel(services, run, request),
    pendingApprovals: async () => (await load.approvals()).pendingApprovals(services),
    vote: async (approval: string, options: VoteOptions) =>
      (await load.vote()).vote(services, approval, options),
    models: async () => (await load.models()).models(services),
    /** `<name>`, `<name>@<alias>` or `<name>@<version>`. */
    model: async (name: string) => (await load.models()).model(services, name),
    predict: async (name: string, data: unknown, options?: PredictOptions) =>
      (await load.predict()).predict(services, name, data, options),
    monitor: async (name: string, options?: { limit?: number }) =>
      (await load.monitor()).monitor(services, name, options),
    /** Tell the monitor that event time has reached an instant. */
    observe: async (name: string, watermark: string) =>
      (await load.monitor()).observe(services, name, watermark),
    triggers: async (name: string, options?: { limit?: number }) =>
      (await load.triggers()).triggers(services, name, options),
    /** Ask for a retraining, and learn what the controller decides. */
    trigger: async (name: string, options: TriggerOptions) =>
      (await load.triggers()).trigger(services, name, options),
    /** Let the retraining schedule fire now. */
    runSchedule: async (name: string) => (await load.triggers()).runSchedule(services, name),
    /** Features of the rows of a span, by the champion's own SQL. */
    backfill: async (name: string, options: BackfillOptions) =>
      (await load.backfill()).backfill(services, name, options),
    report: async (run: string, options?: { out?: string }) =>
      (await load.report()).report(services, run, options),
    jobs: async (options?: { run?: string; model?: string; limit?: number }) =>
      (await load.jobs()).jobs(services, options),
    /** Jobs that are not over, with their owners, beats and progress, and what the reaper thinks of them. */
    liveJobs: async () => (await load.liveJobs()).liveJobs(services),
    /** Let the reaper look now. */
    reap: async (options?: { dryRun?: boolean }) => (await load.reap()).reap(services, options),
    /** The job that `<job key>`, an intent or a run names. */
    job: async (name: string, options?: { attempt?: number }) =>
      (await load.findJob()).findJob(services, name, options),
    /** What a job printed, batch by batch; with `follow` until it is over. */
    logs: async function* (name: string, options?: LogOptions): AsyncGenerator<LogLines, void, void> {
      yield* (await load.logs()).logs(services, name, options);
    },
    /** Progress and metrics of a job from its first step on, thinned; undefined before it told any. */
    jobSeries: async (name: string, options?: { attempt?: number }) =>
      (await load.jobSeries()).jobSeries(services, name, options),
    /** The search of a run: its leaderboard, and its trials from the table. */
    study: async (run: string, options?: { limit?: number }) =>
      (await load.study()).study(services, run, options),
    pauseStudy: async (run: string, note: StudyNote) => (await load.study()).pause(services, run, note),
    resumeStudy: async (run: string, note: StudyNote) => (await load.study()).resume(services, run, note),
    extendStudy: async (run: string, more: ExtendStudy) => (await load.study()).extend(services, run, more),
    stopStudy: async (run: string, note: StudyNote) => (await load.study()).stop(services, run, note),
    /** Pools of job slots: what is taken, and who waits. */
    pools: async () => (await load.pools()).pools(services),
    setPool: async (name: string, options: PoolOptions) =>
      (await load.pools()).setPool(services, name, options),
    /** Every account: limit, settled, reserved, left, in hours. */
    budgets: async () => (await load.budget()).budgets(services),
    setBudget: async (account: string, limits: BudgetLimits) =>
      (await load.budget()).setBudget(services, account, limits),
    budgetLedger: async (account: string, options?: { limit?: number }) =>
      (await load.budget()).budgetLedger(services, account, options),
    prices: async () => (await load.budget()).prices(services),
    setPrice: async (backend: string, price: PriceOptions) =>
      (await load.budget()).setPrice(services, backend, price),
    checkSpec,
    explainSpec,
    doctor: async () => (await load.doctor()).doctor(services),
    close: () => services.close(),
  };
}
export type Mainspring = ReturnType<typeof connect>;
