import { type Config, loadConfig } from '../infra/config.js';
import type { CancelRequest } from '../contracts/lifecycle.js';
import { pendingApprovals } from './operations/approvals.js';
import { type BackfillOptions, backfill } from './operations/backfill.js';
import { cancel } from './operations/cancel.js';
import { doctor } from './operations/doctor.js';
import { jobs } from './operations/jobs.js';
import { type ListOptions, list } from './operations/list.js';
import { model, models } from './operations/models.js';
import { monitor, observe } from './operations/monitor.js';
import { type PredictOptions, predict } from './operations/predict.js';
import { report } from './operations/report.js';
import { type StartOptions, start } from './operations/start.js';
import { status } from './operations/status.js';
import { type TriggerOptions, runSchedule, trigger, triggers } from './operations/triggers.js';
import { type VoteOptions, vote } from './operations/vote.js';
import { watch } from './operations/watch.js';
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

/** Mainspring as functions. Servers are opened when a function first needs them; `close` lets the process end. */
export function connect({ environment = {}, config = loadConfig(environment) }: ConnectOptions = {}) {
  const services = openServices(config);
  return {
    start: (modelFile: string, options: StartOptions) => start(services, modelFile, options),
    list: (options?: ListOptions) => list(services, options),
    status: (run: string) => status(services, run),
    watch: (run: string, options?: Parameters<typeof watch>[2]) => watch(services, run, options),
    vote: (approval: string, options: VoteOptions) => vote(services, approval, options),
    pendingApprovals: () => pendingApprovals(services),
    cancel: (run: string, request: CancelRequest) => cancel(services, run, request),
    models: () => models(services),
    model: (name: string) => model(services, name),
    monitor: (name: string, options?: { limit?: number }) => monitor(services, name, options),
    triggers: (name: string, options?: { limit?: number }) => triggers(services, name, options),
    trigger: (name: string, options: TriggerOptions) => trigger(services, name, options),
    observe: (name: string, watermark: string) => observe(services, name, watermark),
    runSchedule: (name: string) => runSchedule(services, name),
    backfill: (name: string, options: BackfillOptions) => backfill(services, name, options),
    report: (run: string, options?: { out?: string }) => report(services, run, options),
    predict: (name: string, data: unknown, options?: PredictOptions) =>
      predict(services, name, data, options),
    jobs: (options?: { run?: string; model?: string; limit?: number }) => jobs(services, options),
    checkSpec,
    explainSpec,
    doctor: () => doctor(services),
    close: () => services.close(),
  };
}
export type Mainspring = ReturnType<typeof connect>;
