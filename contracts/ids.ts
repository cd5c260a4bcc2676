import { z } from 'zod';

/** Name of a model. It begins every id that belongs to the model. */
export const ModelName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,40}$/,
    'lower-case letters, digits and dashes, 2–41 characters, starting with a letter',
  );
export type ModelName = z.infer<typeof ModelName>;

/** Run of a lifecycle, unique within its model, e.g. `2001-02-01-k3f9`. It is never Temporal's run id. */
export const RunId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{2,62}$/, 'lower-case letters, digits and dashes, 3–63 characters');
export type RunId = z.infer<typeof RunId>;

export const lifecycleId = (model: string, run: string): string => `lifecycle/${model}/${run}`;
export const dataPipelineId = (model: string, run: string): string => `data/${model}/${run}`;
export const studyId = (model: string, run: string): string => `study/${model}/${run}`;
export const trainingJobId = (intent: string): string => `job/${intent}`;
export const approvalId = (subject: string, n: number): string => `approval/${subject}/${n}`;
/** One workflow for each time that an account runs out; `generation` counts the changes of its limits. */
export const budgetExtensionId = (account: string, generation: number): string =>
  `budget/${account}/${generation}`;
/** Prefix of the subject of a budget approval. */
export const budgetSubject = (account: string): string => `budget/${account}`;
/**
 * Name of the account for the limits of one lifecycle. The slashes keep it apart from shared accounts, whose names
 * have none.
 */
export const ownAccount = (model: string, run: string): string => `run/${model}/${run}`;
export const releaseId = (model: string, version: number): string => `release/${model}/${version}`;
export const monitorId = (model: string): string => `monitor/${model}`;
export const retrainingId = (model: string): string => `retraining/${model}`;
export const backfillId = (model: string, run: string): string => `backfill/${model}/${run}`;
export const retrainingScheduleId = (model: string): string => `retraining-schedule/${model}`;

/**
 * Names of intents, from business identity only, so that a retry, a reset and a continue-as-new mean the same
 * intent.
 */
export const trialIntent = (model: string, run: string, trial: number): string =>
  `${model}/${run}/trial-${trial}`;
export const finalFitIntent = (model: string, run: string): string => `${model}/${run}/final-fit`;

/** Model and run of a lifecycle's workflow id; undefined for another id. */
export function parseLifecycleId(id: string): { model: string; run: string } | undefined {
  const [kind, model, run, ...rest] = id.split('/');
  return kind === 'lifecycle' && model && run && rest.length === 0 ? { model, run } : undefined;
}
