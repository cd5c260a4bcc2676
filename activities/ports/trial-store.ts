import type { RungReport, Stopped } from '../../contracts/early-stopping.js';
import type { Params } from '../../contracts/spec/training.js';
import type { StudyName, Suggested, TrialRow } from '../../contracts/study.js';
import type { ToldTrial } from './suggest.js';

/** Every trial of every study, for people and for searches that learn. */
export interface TrialStore {
  /** Write trials as they are now; the same again changes nothing. */
  record(study: StudyName, trials: TrialRow[]): Promise<void>;
  /** Parameters that are written already. */
  proposed(study: StudyName, trials: number[]): Promise<Suggested>;
  /** Write parameters of trials that are about to start, and give back what counts: the first that were written. */
  propose(study: StudyName, trials: Suggested): Promise<Suggested>;
  /** Finished trials that a search learns from: the best ones, and the newest ones. */
  told(
    study: StudyName,
    choice: { goal: 'minimize' | 'maximize'; best: number; newest: number },
  ): Promise<ToldTrial[]>;
  running(study: StudyName, limit: number): Promise<Params[]>;
}

/** Where trials stand at the rungs of successive halving. */
export interface RungStore {
  /**
   * Write what a trial reported at a rung, and judge it there by all that have reached it. One that goes on may be judged
   * again, when more have; a verdict that stops it is the last one, and later calls give it.
   *
   * @param goesOn says whether a trial in this place, 1 the best, of so many goes on
   */
  judge(
    study: StudyName,
    trial: number,
    report: RungReport,
    goal: 'minimize' | 'maximize',
    goesOn: (standing: { place: number; reached: number }) => boolean,
  ): Promise<Stopped | null>;
  /** The verdict that stopped a trial; null when there is none. */
  stopped(study: StudyName, trial: number): Promise<Stopped | null>;
}
