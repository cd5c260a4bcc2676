import type { ApprovalState } from '../../contracts/approval.js';
import type { AccountView, LedgerEntryView, Limits, PoolView, PriceView } from '../../contracts/budget.js';
import type { EvaluationResult } from '../../contracts/evaluation.js';
import type { WindowResult } from '../../contracts/monitor.js';
import type { Alias, CloseRunInput, RunView, VersionRef, VersionView } from '../../contracts/registry.js';
import type { TriggerRecord } from '../../contracts/retraining.js';
import type { PackedSpec } from '../../contracts/spec/model-spec.js';
import type { TrialRow } from '../../contracts/study.js';
import type { StoreMark } from '../../contracts/store-ages.js';
import type { JobView } from '../../contracts/training.js';
import type { WorkerRecord } from './workers.js';

/** An approval as it was last recorded. */
export interface ApprovalRecord {
  id: string;
  model: string;
  run: string;
  version: number;
  state: ApprovalState;
}

type Goal = 'minimize' | 'maximize';

/** Access of operations to the database. */
export interface Records {
  /** The random id of this installation. */
  engineId(): Promise<string>;
  /** Its mark of age; undefined if it has none. */
  storeMark(): Promise<StoreMark | undefined>;
  /** The time of the database server. */
  time(): Promise<Date>;
  /** Worker processes that have reported within a day. */
  workers(): Promise<WorkerRecord[]>;
  registry: {
    saveSpec(digest: string, packed: PackedSpec): Promise<void>;
    loadSpec(digest: string): Promise<PackedSpec | undefined>;
    run(model: string, run: string): Promise<RunView | undefined>;
    /** Records how a run ended; the first outcome stays. */
    closeRun(end: CloseRunInput): Promise<void>;
    runs(filter: { model?: string | undefined; open?: boolean; limit: number }): Promise<RunView[]>;
    version(ref: VersionRef): Promise<VersionView | undefined>;
    versions(model: string): Promise<VersionView[]>;
    models(): Promise<string[]>;
    aliased(model: string, alias: Alias): Promise<VersionView | undefined>;
  };
  views: {
    /** Approvals, newest first. */
    approvals(filter: { pending?: boolean; limit: number }): Promise<ApprovalRecord[]>;
    /** Jobs, newest first. */
    jobs(filter: {
      model?: string | undefined;
      run?: string | undefined;
      intent?: string;
      jobKey?: string;
      limit: number;
    }): Promise<JobView[]>;
    trials(filter: { model: string; run: string; goal: Goal; limit: number }): Promise<TrialRow[]>;
    trialCounts(model: string, run: string): Promise<Partial<Record<TrialRow['state'], number>>>;
    goal(model: string, run: string): Promise<Goal | undefined>;
    evaluation(model: string, run: string): Promise<EvaluationResult | undefined>;
  };
  windows: { newest(model: string, limit: number): Promise<WindowResult[]> };
  triggers: { newest(model: string, limit: number): Promise<TriggerRecord[]> };
  books: {
    accounts(): Promise<AccountView[]>;
    exists(account: string): Promise<boolean>;
    entries(account: string, limit: number): Promise<LedgerEntryView[]>;
    /**
     * `before`: generation of the replaced limits, 0 for a new account. `waiters`: workflows that wait for the
     * account.
     */
    setLimits(
      account: string,
      change: Limits,
      by: string,
      reason: string,
    ): Promise<{ before: number; waiters: string[] }>;
    prices(): Promise<PriceView[]>;
    setPrice(price: {
      backend: string;
      gpuType: string;
      gpuHour: number;
      cpuHour: number;
      by: string;
    }): Promise<void>;
  };
  pools: {
    list(): Promise<PoolView[]>;
    /** @returns workflows that wait for the pool */
    set(pool: {
      name: string;
      backend: string;
      gpuType: string;
      gpus: number | null;
      jobs: number | null;
      weights: Record<string, number>;
      by: string;
    }): Promise<string[]>;
  };
}
