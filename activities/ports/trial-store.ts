import type { RungReport, Stopped } from '../../contracts/early-stopping.js';
import type { Params } from '../../contracts/spec/training.js';
import type { StudyName, Suggested, TrialRow } from '../../contracts/study.js';
import type { ToldTrial } from './suggest.js';

/** Every trial of every study, for people and for searches that learn. */
export interface TrialStore {
  /** Write trials in their present state. Idempotent. */
  record(study: StudyName, trials: TrialRow[]): Promise<void>;
  /** Parameters that were written before. */
  proposed(study: StudyName, trials: number[]): Promise<Suggested>;
  /** Write parameters of trials that are about to start, and return the valid ones: those that were written first. */
  propose(study: StudyName, trials: Suggested): Promise<Suggested>;
  /** Ended trials for a search to learn from: the best and the newest. */
  told(
    study: StudyName,
    choice: { goal: 'minimize' | 'maximize'; best: number; newest: number },
  ): Promise<ToldTrial[]>;
  running(study: StudyName, limit: number): Promise<Params[]>;
}

/** The standing of trials at the rungs of successive halving. */
export interface RungStore {
  /**
   * Record a trial's report at a rung, and rank the trial among all that have reached the rung. A trial that goes on
   * may be ranked again later. A stop is final, and later calls return it.
   *
   * @param goesOn decides from the trial's place (1 is the best) and the number of trials
   */
  rank(
    study: StudyName,
    trial: number,
    report: RungReport,
    goal: 'minimize' | 'maximize',
    goesOn: (standing: { place: number; reached: number }) => boolean,
  ): Promise<Stopped | null>;
  /** How a trial was stopped; null if it was not. */
  stopped(study: StudyName, trial: number): Promise<Stopped | null>;
}
