import { it } from 'vitest';
import type { JobAttempt } from '../../contracts/job-lease.js';
import { readBeat } from '../../activities/training/lease/beat.js';
import { readHead } from '../../activities/training/lease/head.js';
import type { TrainingBench } from '../support/training/bench.js';
import { until } from '../support/until.js';
import type { RunningEngine } from './engine.js';

/** The surroundings of scenarios. The bench exists when a test runs. */
export interface Stage {
  engine: RunningEngine;
  readonly bench: TrainingBench;
  /** A scenario that needs an ability of the engine. Without it, the scenario is left out and reported. */
  given(can: unknown, title: string, play: () => Promise<void>): void;
}

export const stageFor = (engine: RunningEngine, bench: () => TrainingBench) => {
  const leftOut: string[] = [];
  const stage: Stage = {
    engine,
    get bench() {
      return bench();
    },
    given: (can, title, play) => {
      if (can) it(title, play);
      else leftOut.push(title);
    },
  };
  return { stage, leftOut };
};

/** A trainer that works until it is stopped. */
export const slow = { params: { steps: 1_000, pause: 0.05 } };

/** Waits for the first beat with progress in it. */
export const working = ({ bench }: Stage, { jobKey }: Pick<JobAttempt, 'jobKey'>) =>
  until(async () => (await readBeat(bench.objects, jobKey))?.progress);

export const checkpointed = ({ bench }: Stage, intent: string) =>
  until(async () => (await readHead(bench.objects, bench.lease(intent)))?.checkpoint);

export const gone = ({ bench }: Stage, attempt: Pick<JobAttempt, 'jobKey'>) =>
  until(async () => (await bench.processes(attempt)).length === 0);
