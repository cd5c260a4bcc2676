import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { z } from 'zod';
import { Instant } from './artifacts.js';
import { RunContext } from './data.js';
import { MAX_TRIALS, Params, Search } from './spec/training.js';
import { Spend, StudyInput, Trial } from './training.js';

/** A study is named by its model and run. */
export const StudyName = RunContext.omit({ specDigest: true });
export type StudyName = z.infer<typeof StudyName>;

/** A trial that is over, as its job tells the study and as the table `trials` keeps it. */
export const TrialReport = z.strictObject({
  trial: z.int().nonnegative(),
  /** `cancelled`: by a person, or with the whole study; the study decides what that means. */
  state: z.enum(['succeeded', 'stopped', 'failed', 'cancelled']),
  value: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  reason: z.string().nullable(),
  /** Step of the rung at which it was stopped; null otherwise. */
  step: z.number().nullable(),
  spend: Spend,
});
export type TrialReport = z.infer<typeof TrialReport>;

/** A row of the table `trials`. */
export const TrialRow = z.strictObject({
  ...Trial.shape,
  step: z.number().nullable(),
  spend: Spend.nullable(),
});
export type TrialRow = z.infer<typeof TrialRow>;

export const RecordTrialsInput = z.strictObject({ ...StudyName.shape, trials: z.array(TrialRow).max(500) });
export type RecordTrialsInput = z.infer<typeof RecordTrialsInput>;

/** Trials whose jobs have not been heard of for a while. */
export const FindEndedTrialsInput = z.strictObject({
  ...StudyName.shape,
  trials: z.array(z.int().nonnegative()).max(100),
});
export type FindEndedTrialsInput = z.infer<typeof FindEndedTrialsInput>;
/** Those whose workflow is closed, and with what status. */
export const EndedTrials = z.array(z.strictObject({ trial: z.int(), status: z.string() }));
export type EndedTrials = z.infer<typeof EndedTrials>;

export const SuggestTrialsInput = z.strictObject({
  ...StudyName.shape,
  search: Search,
  seed: z.int(),
  /** Numbers of the trials that are to start. */
  trials: z.array(z.int().nonnegative()).min(1).max(100),
});
export type SuggestTrialsInput = z.infer<typeof SuggestTrialsInput>;
export const Suggested = z.array(z.strictObject({ trial: z.int().nonnegative(), params: Params }));
export type Suggested = z.infer<typeof Suggested>;

export const StudyNote = z.strictObject({
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(500),
});
export type StudyNote = z.infer<typeof StudyNote>;
export const ExtendStudy = z.strictObject({
  by: z.string().min(1).max(200),
  trials: z.int().positive().max(MAX_TRIALS),
});
export type ExtendStudy = z.infer<typeof ExtendStudy>;

const Said = z.strictObject({ ...StudyNote.shape, at: Instant });

/** All that one run of a study hands to the next. Its size does not depend on how many trials there were. */
export const StudyState = z.strictObject({
  /** With what `extend` added. */
  total: z.int().positive(),
  /** Number of the next trial that has no parameters yet. */
  next: z.int().nonnegative(),
  ready: Suggested,
  inFlight: z.array(z.strictObject({ trial: z.int().nonnegative(), params: Params })),
  /** Over, and not in the table yet. */
  unrecorded: z.array(TrialRow),
  succeeded: z.int().nonnegative(),
  stopped: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** The best that are over, best first; all of them while they are few. */
  board: z.array(Trial),
  spend: Spend,
  paused: Said.nullable(),
  ended: Said.nullable(),
});
export type StudyState = z.infer<typeof StudyState>;

/** Input of the workflow: of its first run, and of those that continue it. */
export const StudyRun = z.strictObject({
  ...StudyInput.shape,
  /** Absent in the first run. */
  state: StudyState.optional(),
  /** Length of one run's history, 4,000 when left out; above it the study continues as new. */
  eventsPerRun: z.int().min(50).max(40_000).optional(),
});
export type StudyRun = z.infer<typeof StudyRun>;

export const StudyProgress = z.strictObject({
  total: z.int(),
  succeeded: z.int(),
  stopped: z.int(),
  failed: z.int(),
  running: z.int(),
  paused: z.boolean(),
});
export type StudyProgress = z.infer<typeof StudyProgress>;

export const trialEnded = defineSignal<[TrialReport]>('trialEnded');
export const studyProgress = defineQuery<StudyProgress>('progress');
export const pauseStudy = defineUpdate<StudyProgress, [StudyNote]>('pause');
export const resumeStudy = defineUpdate<StudyProgress, [StudyNote]>('resume');
export const extendStudy = defineUpdate<StudyProgress, [ExtendStudy]>('extend');
export const stopStudy = defineUpdate<StudyProgress, [StudyNote]>('stop');
