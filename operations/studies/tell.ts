import { z } from 'zod';
import { studyId } from '../../contracts/ids.js';
import type { UpdateDefinition } from '../../contracts/messages.js';
import { StudyProgress } from '../../contracts/study.js';
import { MainspringError } from '../errors.js';
import { by, reason, runName } from '../fields.js';
import { findRun, showRun } from '../lookup/find-run.js';
import type { Services } from '../ports/services.js';
import { UpdateRefused, WorkflowGone } from '../ports/workflows.js';
import { refusedUpdate } from '../refused-update.js';

export const StudyNow = z.strictObject({
  model: z.string(),
  run: z.string(),
  ...StudyProgress.shape,
});
export type StudyNow = z.infer<typeof StudyNow>;

/** Input of pause, resume and stop. */
export const NoteInput = z.strictObject({ run: runName, by, reason });

/** A step that people may ask of a search. */
export interface StudyStep<A> {
  update: UpdateDefinition<StudyProgress, [A]>;
  /** What to do if the search does not take the step now, for a run by its name. */
  remedy: (run: string) => string;
}

/** Send an Update to the study of a run. @throws MainspringError `refused`, `not-found`, `unreachable` */
export async function tellStudy<A>(
  services: Services,
  run: string,
  { update, remedy }: StudyStep<A>,
  argument: A,
): Promise<StudyNow> {
  const name = await findRun(services, run);
  const workflows = await services.workflows();
  try {
    return { ...name, ...(await workflows.update(studyId(name.model, name.run), update, argument)) };
  } catch (error) {
    if (error instanceof UpdateRefused) throw refusedUpdate(error.message, error, remedy(showRun(name)));
    if (error instanceof WorkflowGone)
      throw new MainspringError(
        'refused',
        `run ${showRun(name)} has no search that is going on`,
        `See where it is with \`mainspring status ${showRun(name)}\`.`,
      );
    throw error;
  }
}
