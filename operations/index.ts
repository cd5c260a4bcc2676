import type { AnyOperation } from './operation.js';
import { prepare as lifecyclesPrepare } from './lifecycles/prepare.js';
import { start as lifecyclesStart } from './lifecycles/start.js';
import { list as lifecyclesList } from './lifecycles/list.js';
import { status as lifecyclesStatus } from './lifecycles/status.js';
import { watch as lifecyclesWatch } from './lifecycles/watch.js';
import { report as lifecyclesReport } from './lifecycles/report.js';
import { cancel as lifecyclesCancel } from './lifecycles/cancel.js';
import { fail as lifecyclesFail } from './lifecycles/fail.js';
import { list as retriesList } from './retries/list.js';
import { retry as retriesRetry } from './retries/retry.js';
import { list as approvalsList } from './approvals/list.js';
import { vote as approvalsVote } from './approvals/vote.js';
import { get as studiesGet } from './studies/get.js';
import { pause as studiesPause } from './studies/pause.js';
import { resume as studiesResume } from './studies/resume.js';
import { extend as studiesExtend } from './studies/extend.js';
import { stop as studiesStop } from './studies/stop.js';
import { live as jobsLive } from './jobs/live.js';
import { list as jobsList } from './jobs/list.js';
import { get as jobsGet } from './jobs/get.js';
import { logs as jobsLogs } from './jobs/logs.js';
import { series as jobsSeries } from './jobs/series.js';
import { run as reaperRun } from './reaper/run.js';
import { list as modelsList } from './models/list.js';
import { get as modelsGet } from './models/get.js';
import { predict as modelsPredict } from './models/predict.js';
import { backfill as modelsBackfill } from './models/backfill.js';
import { get as monitorsGet } from './monitors/get.js';
import { observe as monitorsObserve } from './monitors/observe.js';
import { list as retrainingList } from './retraining/list.js';
import { trigger as retrainingTrigger } from './retraining/trigger.js';
import { runSchedule as retrainingRunSchedule } from './retraining/run-schedule.js';
import { list as budgetsList } from './budgets/list.js';
import { set as budgetsSet } from './budgets/set.js';
import { ledger as budgetsLedger } from './budgets/ledger.js';
import { list as pricesList } from './prices/list.js';
import { set as pricesSet } from './prices/set.js';
import { list as poolsList } from './pools/list.js';
import { set as poolsSet } from './pools/set.js';
import { copy as artifactsCopy } from './artifacts/copy.js';
import { doctor as systemDoctor } from './system/doctor.js';
import { storage as systemStorage } from './system/storage.js';

/**
 * Everything that people and programs can do, by group and verb. The library, the HTTP API and its OpenAPI document
 * are made from this record. A new operation needs its file and two lines here.
 */
export const operations = {
  lifecycles: {
    prepare: lifecyclesPrepare,
    start: lifecyclesStart,
    list: lifecyclesList,
    status: lifecyclesStatus,
    watch: lifecyclesWatch,
    report: lifecyclesReport,
    cancel: lifecyclesCancel,
    fail: lifecyclesFail,
  },
  retries: {
    list: retriesList,
    retry: retriesRetry,
  },
  approvals: {
    list: approvalsList,
    vote: approvalsVote,
  },
  studies: {
    get: studiesGet,
    pause: studiesPause,
    resume: studiesResume,
    extend: studiesExtend,
    stop: studiesStop,
  },
  jobs: {
    live: jobsLive,
    list: jobsList,
    get: jobsGet,
    logs: jobsLogs,
    series: jobsSeries,
  },
  reaper: {
    run: reaperRun,
  },
  models: {
    list: modelsList,
    get: modelsGet,
    predict: modelsPredict,
    backfill: modelsBackfill,
  },
  monitors: {
    get: monitorsGet,
    observe: monitorsObserve,
  },
  retraining: {
    list: retrainingList,
    trigger: retrainingTrigger,
    runSchedule: retrainingRunSchedule,
  },
  budgets: {
    list: budgetsList,
    set: budgetsSet,
    ledger: budgetsLedger,
  },
  prices: {
    list: pricesList,
    set: pricesSet,
  },
  pools: {
    list: poolsList,
    set: poolsSet,
  },
  artifacts: {
    copy: artifactsCopy,
  },
  system: {
    doctor: systemDoctor,
    storage: systemStorage,
  },
} as const;
export type Operations = typeof operations;

/** All operations, in the order of the record. */
export const allOperations: readonly AnyOperation[] = Object.values(operations).flatMap((group) =>
  Object.values<AnyOperation>(group),
);
