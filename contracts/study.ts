import { defineQuery, defineSignal, defineUpdate } from './messages.js';
import { z } from 'zod';
import { Instant } from './artifacts.js';
import { text } from './primitives/text.js';
import { RunContext } from './data.js';
import { MAX_TRIALS, Params, Search } from './spec/training.js';
import { Spend, StudyInput, Trial } from './training.js';
import { passedOn, tolerant, typedByPeople } from './wire.js';

/** Identifies a study by its model and run. */
export const StudyName = RunContext.omit({ specDigest: true });
export type StudyName = z.infer<typeof StudyName>;

/** The end of a trial, as its job reports it to the study and the table `trials` keeps it. */
export const TrialReport = z.object({
  trial: z.int().nonnegative(),
  /** `cancelled`: by a person, or together with the study. The study interprets it. */
  state: z.enum(['succeeded', 'stopped', 'failed', 'cancelled']),
  value: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  reason: z.string().nullable(),
  /** Step of the rung at which it was stopped; null if it was not stopped. */
  step: z.number().nullable(),
  spend: Spend,
});
export type TrialReport = z.infer<typeof TrialReport>;

/** A row of the table `trials`. */
export const TrialRow = z.object({
  ...Trial.shape,
  step: z.number().nullable(),
  spend: Spend.nullable(),
});
export type TrialRow = z.infer<typeof TrialRow>;

export const RecordTrialsInput = z.object({ ...StudyName.shape, trials: z.array(TrialRow).max(500) });
export type RecordTrialsInput = z.infer<typeof RecordTrialsInput>;

/** Trials that have not reported for a while. */
export const FindEndedTrialsInput = z.object({
  ...StudyName.shape,
  trials: z.array(z.int().nonnegative()).max(100),
});
export type FindEndedTrialsInput = z.infer<typeof FindEndedTrialsInput>;
/** The trials with a closed workflow, and the status of each. */
export const EndedTrials = z.array(z.object({ trial: z.int(), status: z.string() }));
export type EndedTrials = z.infer<typeof EndedTrials>;

export const SuggestTrialsInput = z.object({
  ...StudyName.shape,
  search: tolerant(Search),
  seed: z.int(),
  /** Numbers of the trials that are about to start. */
  trials: z.array(z.int().nonnegative()).min(1).max(100),
});
export type SuggestTrialsInput = z.infer<typeof SuggestTrialsInput>;
export const Suggested = z.array(z.object({ trial: z.int().nonnegative(), params: Params }));
export type Suggested = z.infer<typeof Suggested>;

export const StudyNote = typedByPeople({
  by: text(200),
  reason: text(500),
});
export type StudyNote = z.infer<typeof StudyNote>;
export const ExtendStudy = typedByPeople({
  by: text(200),
  trials: z.int().positive().max(MAX_TRIALS),
});
export type ExtendStudy = z.infer<typeof ExtendStudy>;

const Said = z.object({ by: z.string(), reason: z.string(), at: Instant });

/** The state that one run of a study passes to the next. Its size does not depend on the number of trials. */
export const StudyState = passedOn({
  /** Number of trials, including those added by `extend`. */
  total: z.int().positive(),
  /** Number of the next trial without parameters. */
  next: z.int().nonnegative(),
  ready: Suggested,
  inFlight: z.array(z.object({ trial: z.int().nonnegative(), params: Params })),
  /** Ended trials that are not in the table yet. */
  unrecorded: z.array(TrialRow),
  succeeded: z.int().nonnegative(),
  stopped: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** The best ended trials, best first; all of them while there are few. */
  board: z.array(Trial),
  spend: Spend,
  paused: Said.nullable(),
  ended: Said.nullable(),
});
export type StudyState = z.infer<typeof StudyState>;

/** Input of the workflow's first run and of the runs that continue it. */
export const StudyRun = passedOn({
  ...StudyInput.shape,
  /** Absent in the first run. */
  state: StudyState.optional(),
  /** Most events in the history of one run; above it the study continues as new. Default: 4,000. */
  eventsPerRun: z.int().min(50).max(40_000).optional(),
});
export type StudyRun = z.infer<typeof StudyRun>;

export const StudyProgress = z.object({
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
