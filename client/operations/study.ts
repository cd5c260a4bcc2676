import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { studyId } from '../../contracts/ids.js';
import {
  type ExtendStudy,
  type StudyNote,
  type StudyProgress,
  type TrialRow,
  extendStudy,
  pauseStudy,
  resumeStudy,
  stopStudy,
} from '../../contracts/study.js';
import type { Leaderboard } from '../../contracts/training.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { type RunName, findRun, showRun } from './find-run.js';
import { updateWithin } from './update.js';

export interface StudyView extends RunName {
  /** What the study itself says; null when it is over, or no worker answers. */
  leaderboard: Leaderboard | null;
  /** In the table, a number for each state. */
  counts: Partial<Record<TrialRow['state'], number>>;
  /** From the table, best first. */
  trials: TrialRow[];
}

/**
 * The search of a run: what the workflow says while it lives, and every trial that is over.
 *
 * @throws MainspringError `not-found`
 */
export async function study(
  services: Services,
  text: string,
  { limit = 20 }: { limit?: number } = {},
): Promise<StudyView> {
  const name = await findRun(services, text);
  const [{ views }, temporal] = await Promise.all([services.database(), services.temporal()]);
  const [leaderboard, spec] = await Promise.all([
    temporal.ask<Leaderboard>(studyId(name.model, name.run), 'leaderboard'),
    views.goal(name.model, name.run),
  ]);
  const goal = leaderboard?.objective.goal ?? spec ?? 'minimize';
  const [counts, trials] = await Promise.all([
    views.trialCounts(name.model, name.run),
    views.trials({ ...name, goal, limit }),
  ]);
  return { ...name, leaderboard: leaderboard ?? null, counts, trials };
}

async function say<A>(
  services: Services,
  text: string,
  update: UpdateDefinition<StudyProgress, [A]>,
  argument: A,
): Promise<RunName & StudyProgress> {
  const name = await findRun(services, text);
  const temporal = await services.temporal();
  const handle = temporal.client.workflow.getHandle(studyId(name.model, name.run));
  try {
    return { ...name, ...(await updateWithin(temporal, handle, update, argument)) };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new MainspringError(
        'refused',
        error.cause?.message ?? error.message,
        `See where it is with \`mainspring study ${showRun(name)}\`.`,
      );
    if (error instanceof WorkflowNotFoundError)
      throw new MainspringError(
        'refused',
        `run ${showRun(name)} has no search that is going on`,
        `See where it is with \`mainspring status ${showRun(name)}\`.`,
      );
    throw error;
  }
}

/** Start nothing new; what runs goes on. @throws MainspringError `refused`, `not-found`, `unreachable`; so do the others */
export const pause = (services: Services, run: string, note: StudyNote) =>
  say(services, run, pauseStudy, note);
export const resume = (services: Services, run: string, note: StudyNote) =>
  say(services, run, resumeStudy, note);
/** So many trials more. */
export const extend = (services: Services, run: string, more: ExtendStudy) =>
  say(services, run, extendStudy, more);
/** Stop what runs; the best so far wins. */
export const stop = (services: Services, run: string, note: StudyNote) => say(services, run, stopStudy, note);
