import type { JobBackend, JobHandle } from '../../activities/ports/job-backend.js';
import type { BackendName, Placement, Resources } from '../../contracts/spec/training.js';
import type { StageOptions } from '../../infra/adapters/jobs/stage-job.js';
import type { TrainingBench } from '../support/training/bench.js';

/** A requirement that this machine must meet before an engine can be started. */
export interface Need {
  /** For people, e.g. `sbatch and slurmctld on the PATH`. */
  what: string;
  met: boolean;
  /** The complete command to run if the requirement is not met. Nothing is installed automatically. */
  remedy: string;
}

/** A job engine that the suite can be run against. */
export interface Engine {
  name: BackendName;
  /** One sentence on how the engine is started here: what runs, where, and what stays untouched. */
  description: string;
  needs(): Promise<Need[]>;
  /**
   * Starts the real engine: loopback, free ports, a temporary folder. It ends with `stop`, or when this process is
   * killed.
   */
  start(): Promise<RunningEngine>;
}

export interface RunningEngine {
  /** A backend, as a worker opens it. A second call acts as another worker, which shares no memory with the first. */
  backend(options: StageOptions): JobBackend;
  /** Merged into the request of every job, e.g. to fit the nodes of the test. */
  resources?: Partial<Resources>;
  placement?: Placement;
  /** Number of jobs that the engine itself has under this key, in any state: the jobs that were paid for. */
  nativeJobs(jobKey: string): Promise<number>;
  /** Faults that can be injected. A scenario whose fault is missing is left out, and the runner reports it. */
  faults: Faults;
  /** Scenarios of this engine alone: calls `it(…)`. The bench exists when a test runs. */
  traps?(bench: () => TrainingBench): void;
  stop(): Promise<void>;
}

export interface Faults {
  /**
   * Takes all free resources, so that a new job has to wait.
   *
   * @returns a function that frees them
   */
  occupy?(): Promise<() => Promise<void>>;
  /** Kill -9 of the process that answers clients. Running jobs go on, unless `jobsDieWithController` is set. */
  stopController?(): Promise<void>;
  startController?(): Promise<void>;
  jobsDieWithController?: true;
  /** The engine forgets the jobs that `work` submits, as if it had died before it recorded them. */
  forgetting?<T>(work: () => Promise<T>): Promise<T>;
  /** The effect of `forgetting` on a running job. */
  forgottenJobs?: 'run on' | 'are killed';
  /** Takes the job away for a more important one. */
  preempt?(handle: JobHandle): Promise<void>;
  /**
   * Disconnects the job's machine, whose processes may live on.
   *
   * @returns a function that reconnects it
   */
  loseNode?(handle: JobHandle): Promise<() => Promise<void>>;
  /** True when the engine enforces memory limits and reports a job that exceeded them. */
  enforcesMemory?: true;
  /** Number of machines that one job may use together. */
  machines?: number;
  /** Number of accelerators that a job may request. */
  gpus?: number;
}
