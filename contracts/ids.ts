import { z } from 'zod';

/** A model's name: starts every id that belongs to it. */
export const ModelName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,40}$/,
    'lower-case letters, digits and dashes, 2–41 characters, starting with a letter',
  );
export type ModelName = z.infer<typeof ModelName>;

/** A lifecycle's run, unique within its model, e.g. `2001-02-01-k3f9` – business identity, never a Temporal run id. */
export const RunId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{2,62}$/, 'lower-case letters, digits and dashes, 3–63 characters');
export type RunId = z.infer<typeof RunId>;

export const lifecycleId = (model: string, run: string): string => `lifecycle/${model}/${run}`;
export const dataPipelineId = (model: string, run: string): string => `data/${model}/${run}`;
export const studyId = (model: string, run: string): string => `study/${model}/${run}`;
export const trainingJobId = (intent: string): string => `job/${intent}`;
export const approvalId = (subject: string, n: number): string => `approval/${subject}/${n}`;
/** One for each time that an account runs out: `generation` counts the changes of its limits. */
export const budgetExtensionId = (account: string, generation: number): string =>
  `budget/${account}/${generation}`;
/** Start of the subject of an approval to extend a budget. */
export const budgetSubject = (account: string): string => `budget/${account}`;
export const isBudgetSubject = (subject: string): boolean => subject.startsWith('budget/');
/** Account of the limits that a spec sets for one lifecycle. No shared account has a slash. */
export const ownAccount = (model: string, run: string): string => `run/${model}/${run}`;
export const releaseId = (model: string, version: number): string => `release/${model}/${version}`;
export const monitorId = (model: string): string => `monitor/${model}`;
export const retrainingId = (model: string): string => `retraining/${model}`;
export const backfillId = (model: string, run: string): string => `backfill/${model}/${run}`;
export const retrainingScheduleId = (model: string): string => `retraining-schedule/${model}`;

/** What is to be trained, from business identity only: retry, reset and continue-as-new mean the same intent. */
export const trialIntent = (model: string, run: string, trial: number): string =>
  `${model}/${run}/trial-${trial}`;
export const finalFitIntent = (model: string, run: string): string => `${model}/${run}/final-fit`;

/** The pieces of a workflow id made above. */
export function parseLifecycleId(id: string): { model: string; run: string } | undefined {
  const [kind, model, run, ...rest] = id.split('/');
  return kind === 'lifecycle' && model && run && rest.length === 0 ? { model, run } : undefined;
}
