import type { RungReport, Stopped } from '../../contracts/early-stopping.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { RungStore } from '../ports/trial-store.js';
import { goesOn, lookAgainMs } from './policy/halving.js';

/** Ranks a trial by its reports among the others; returns how it was stopped, or null if it goes on. */
export type RankTrial = (reports: readonly RungReport[]) => Promise<Stopped | null>;

/**
 * The function that ranks one trial; undefined if the trial cannot be stopped early.
 *
 * A trial that has passed its newest rung is ranked there again when other trials reach it. A stop is stored in the
 * database, so that every later watcher of the job learns of it and a stopped trial stays stopped.
 */
export function rankTrialOf(
  rungs: RungStore,
  { model, run, trial }: TrainingJobInput,
  now: () => number = Date.now,
): RankTrial | undefined {
  const stopping = trial?.earlyStopping;
  if (!trial || !stopping) return undefined;
  const study = { model, run };
  const passed = new Set<number>();
  const beganAt = now();
  let lookedAt: number | undefined;
  return async (reports) => {
    if (lookedAt === undefined) {
      const before = await rungs.stopped(study, trial.trial);
      lookedAt = now();
      if (before) return before;
    }
    const newest = reports.at(-1)?.rung;
    const again = now() - lookedAt >= lookAgainMs(now() - beganAt);
    for (const report of reports) {
      if (passed.has(report.rung) && !(again && report.rung === newest)) continue;
      const stopped = await rungs.rank(study, trial.trial, report, trial.goal, (standing) =>
        goesOn(standing, stopping),
      );
      lookedAt = now();
      if (stopped) return stopped;
      passed.add(report.rung);
    }
    return null;
  };
}
