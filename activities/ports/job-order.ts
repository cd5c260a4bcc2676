import type { ArtifactRef } from '../../contracts/artifacts.js';
import type { Problem } from '../../contracts/problem.js';
import type { Signature } from '../../contracts/signature.js';
import type { Params, Resources } from '../../contracts/spec/training.js';

/** Times of the job lease, in milliseconds. */
export interface LeaseTiming {
  /** Time between two beats, and between two reads of the head. */
  beatMs: number;
  /**
   * After this time without a beat the wrapper stops its trainer. The engine calls an attempt lost only later than
   * that.
   */
  leaseMs: number;
  /** Time from TERM to KILL, in which a trainer can write a checkpoint. */
  graceMs: number;
}

export const defaultTiming: LeaseTiming = { beatMs: 3_000, leaseMs: 600_000, graceMs: 25_000 };

/** The work of one attempt's wrapper. It is the same on every backend and contains no secret. */
export interface JobOrder {
  intent: string;
  /** The installation that owns the intent. Absent for an intent that an earlier version began. */
  engineId?: string;
  jobKey: string;
  attempt: number;
  runId: string;
  command: string[];
  code: ArtifactRef;
  /** The lock file; its digest identifies the environment. */
  environment: ArtifactRef;
  channels: Record<string, ArtifactRef>;
  columns: { features: string[]; label: string };
  /** Default: binary classification. */
  problem?: Problem;
  /** Default: nullable float32 features and the output of a binary classifier. */
  signature?: Signature;
  params: Params;
  resources: Resources;
  /** Numbers of the accelerators that the job may see. Default: those that its engine shows. */
  devices?: number[];
  seed: number;
  /** RFC 3339. */
  deadline: string;
  /** Metric that result.json must contain; null if there is none. */
  objective: string | null;
  /**
   * Steps at which the trial is judged by a metric of its progress lines; absent if the trial cannot be stopped
   * early.
   */
  rungs?: { metric: string; steps: number[] };
  timing: LeaseTiming;
}

/** The paths on the machine that runs the wrapper. */
export interface JobSite {
  /** The attempt's own folder. */
  directory: string;
  /** The built Python environment. */
  environment: string;
  /** Folder of the trainer SDK, for PYTHONPATH. */
  sdk: string;
  /** Read-only copies of inputs, by digest, shared by all jobs of the machine. */
  cache: string;
  /**
   * Folders of the engine that a trainer must not see. Present only if trainers share a machine with the engine: they are
   * then confined as far as the machine allows.
   */
  hide?: string[];
  /** Most bytes that the trainer may write into its folder. Default: no limit. */
  diskBytes?: number;
}
