import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';

/**
 * Every failure type that Mainspring raises. A name is wire format: it stands in histories for years, so it is never
 * renamed and never reused. `docs/failures.md` has the same list with the remedy of each; a test keeps them equal.
 */
export const FailureType = {
  InvalidInput: 'InvalidInput',
  SpecNotFound: 'SpecNotFound',
  SourceNotFound: 'SourceNotFound',
  SourceUnreadable: 'SourceUnreadable',
  SqlRefused: 'SqlRefused',
  SqlTimedOut: 'SqlTimedOut',
  DataRejected: 'DataRejected',
  SplitEmpty: 'SplitEmpty',
  ArtifactMissing: 'ArtifactMissing',
  ArtifactCorrupt: 'ArtifactCorrupt',
  EnvironmentBroken: 'EnvironmentBroken',
  BackendNotConfigured: 'BackendNotConfigured',
  BudgetNotConfigured: 'BudgetNotConfigured',
  BudgetExhausted: 'BudgetExhausted',
  TrainerRefused: 'TrainerRefused',
  TrainerFailed: 'TrainerFailed',
  TrainerContractViolated: 'TrainerContractViolated',
  JobRefused: 'JobRefused',
  JobLost: 'JobLost',
  JobTimedOut: 'JobTimedOut',
  JobConflict: 'JobConflict',
  OutOfMemory: 'OutOfMemory',
  NoViableTrial: 'NoViableTrial',
  ModelUnusable: 'ModelUnusable',
  EvaluationImpossible: 'EvaluationImpossible',
  VoteRefused: 'VoteRefused',
  WarmUpFailed: 'WarmUpFailed',
  ServingUnreachable: 'ServingUnreachable',
  VersionConflict: 'VersionConflict',
  ChampionChanged: 'ChampionChanged',
  WindowUnreadable: 'WindowUnreadable',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** Longest message that enters a payload; the rest is cut with a mark. */
const MAX_MESSAGE_CHARS = 4_000;
const bounded = (text: string): string =>
  text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS - 1)}…`;

/** A terminal failure: Temporal does not retry it. Any other throw in an activity is retried. */
export const fail = (type: FailureType, message: string, details?: unknown): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message: bounded(message),
    nonRetryable: true,
    ...(details === undefined ? {} : { details: [details] }),
  });

/** Parse untrusted input; a bad value fails the execution instead of looping the workflow task. */
export function parseOrFail<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fail(FailureType.InvalidInput, z.prettifyError(parsed.error), parsed.error.issues.slice(0, 20));
}
