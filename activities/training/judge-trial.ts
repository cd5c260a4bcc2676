import type { RungReport, Stopped } from '../../contracts/early-stopping.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { RungStore } from '../ports/trial-store.js';
import { goesOn, lookAgainMs } from './policy/halving.js';

/** Looks at what a trial reported so far; says whether it is to stop. */
export type Judge = (reports: readonly RungReport[]) => Promise<Stopped | null>;

/**
 * The judge of one trial; undefined when nothing can stop it early. A trial that passed its newest rung is judged there
 * again as others come to it. A verdict is kept in the database: whoever watches the job next learns the same, and a trial
 * that was stopped stays stopped.
 */
export function judgeOf(
  rungs: RungStore,
  { model, run, trial }: TrainingJobInput,
  now: () => number = Date.now,
): Judge | undefined {
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
      const stopped = await rungs.judge(study, trial.trial, report, trial.goal, (standing) =>
        goesOn(standing, stopping),
      );
      lookedAt = now();
      if (stopped) return stopped;
      passed.add(report.rung);
    }
    return null;
  };
}
