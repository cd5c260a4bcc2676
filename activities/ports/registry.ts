import type { Decision, EvaluationResult } from '../../contracts/evaluation.js';
import type {
  Alias,
  CloseRunInput,
  OpenRunInput,
  RegisterVersionInput,
  RunStage,
  RunView,
  VersionRef,
  VersionView,
} from '../../contracts/registry.js';
import type { ApprovalState } from '../../contracts/approval.js';
import type { ModelShape } from './scorer.js';
import type { PackedSpec } from '../../contracts/spec/model-spec.js';

/**
 * Specs, runs, versions, aliases and decisions: the records of the audit. Every write is idempotent by its business
 * key.
 */
export interface Registry {
  /** Idempotent by digest. */
  saveSpec(digest: string, packed: PackedSpec): Promise<void>;
  loadSpec(digest: string): Promise<PackedSpec | undefined>;
  /** Idempotent by (model, run). The charter is recorded in the same transaction. */
  openRun(input: OpenRunInput): Promise<void>;
  setStage(model: string, run: string, stage: RunStage): Promise<void>;
  closeRun(input: CloseRunInput): Promise<void>;
  /** Idempotent by (run, gate). */
  recordDecisions(model: string, run: string, evidenceDigest: string, decisions: Decision[]): Promise<void>;
  /** Idempotent by (model, run). */
  recordEvaluation(model: string, run: string, result: EvaluationResult): Promise<void>;
  /** Idempotent by (model, run): a run makes at most one version. */
  registerVersion(input: RegisterVersionInput): Promise<VersionRef>;
  /** Newest state of an approval and its votes. */
  recordApproval(approval: {
    id: string;
    model: string;
    run: string;
    version: number;
    state: ApprovalState;
  }): Promise<void>;
  /** The version that an alias points at. */
  aliased(model: string, alias: Alias): Promise<VersionView | undefined>;
  version(ref: VersionRef): Promise<VersionView | undefined>;
  /** The problem and the signature of a version, from its spec and its evidence. */
  shapeOf(ref: VersionRef): Promise<ModelShape | undefined>;
  versions(model: string): Promise<VersionView[]>;
  models(): Promise<string[]>;
  /** Newest first. @param filter.open true: only runs without an outcome. Default: false */
  runs(filter: { model?: string; open?: boolean; limit: number }): Promise<RunView[]>;
  run(model: string, run: string): Promise<RunView | undefined>;
}
