import type { ArtifactRef } from '../../contracts/artifacts.js';
import type { Params, Resources } from '../../contracts/spec/training.js';

/** Times of the job lease, in milliseconds. */
export interface LeaseTiming {
  /** Between two beats, and between two looks at the head. */
  beatMs: number;
  /** Without a beat for this long the wrapper stops its trainer; the engine calls an attempt lost only later than that. */
  leaseMs: number;
  /** From TERM to KILL: what a trainer has for its checkpoint. */
  graceMs: number;
}

export const defaultTiming: LeaseTiming = { beatMs: 3_000, leaseMs: 600_000, graceMs: 25_000 };

/** What the wrapper of one attempt is to do. The same on every backend; carries no secret. */
export interface JobOrder {
  intent: string;
  jobKey: string;
  attempt: number;
  runId: string;
  command: string[];
  code: ArtifactRef;
  /** The lock file: its digest names the environment. */
  environment: ArtifactRef;
  channels: Record<string, ArtifactRef>;
  columns: { features: string[]; label: string };
  params: Params;
  resources: Resources;
  /** Accelerators of the machine that the job may see, by number; without it, those that its engine lets it see. */
  devices?: number[];
  seed: number;
  /** RFC 3339. */
  deadline: string;
  /** Metric that result.json must have; null when none steers. */
  objective: string | null;
  /** Steps at which the trial is judged by a metric of its progress lines; absent when nothing stops it early. */
  rungs?: { metric: string; steps: number[] };
  timing: LeaseTiming;
}

/** Where things are on the machine that runs the wrapper. */
export interface JobSite {
  /** The attempt's own folder. */
  directory: string;
  /** The built Python environment. */
  environment: string;
  /** Folder of the trainer SDK, for PYTHONPATH. */
  sdk: string;
  /** Read-only copies of inputs, by digest, shared by all jobs of the machine. */
  cache: string;
}
