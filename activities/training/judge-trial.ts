import type { RungReport, Stopped } from '../../contracts/early-stopping.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { RungStore } from '../ports/trial-store.js';
import { goesOn } from './policy/halving.js';

/** Looks at what a trial reported so far; says whether it is to stop. */
export type Judge = (reports: readonly RungReport[]) => Promise<Stopped | null>;

/**
 * The judge of one trial; undefined when nothing can stop it early. A verdict is kept in the database: whoever watches the
 * job next learns the same, and a trial that was stopped stays stopped.
 */
export function judgeOf(rungs: RungStore, { model, run, trial }: TrainingJobInput): Judge | undefined {
  const stopping = trial?.earlyStopping;
  if (!trial || !stopping) return undefined;
  const study = { model, run };
  const judged = new Set<number>();
  let asked = false;
  return async (reports) => {
    const before = asked ? null : await rungs.stopped(study, trial.trial);
    asked = true;
    if (before) return before;
    for (const report of reports) {
      if (judged.has(report.rung)) continue;
      const stopped = await rungs.judge(study, trial.trial, report, trial.goal, (standing) =>
        goesOn(standing, stopping),
      );
      if (stopped) return stopped;
      judged.add(report.rung);
    }
    return null;
  };
}
