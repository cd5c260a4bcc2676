import { z } from 'zod';
import { Instant } from './artifacts.js';
import { BackendName } from './spec/training.js';
import { JobState, Progress } from './training.js';

/** What the reaper sees of one job: its row, its backend, its owner, its lease. */
export const JobSight = z.strictObject({
  jobKey: z.string(),
  backend: BackendName,
  /** Null when no row knows the job. */
  intent: z.string().nullable(),
  attempt: z.int().nullable(),
  row: JobState.nullable(),
  /** What its backend says. */
  native: z.enum(['queued', 'running', 'ended', 'absent', 'unreachable']),
  nativeId: z.string().nullable(),
  /** Its workflow; null without a row. */
  owner: z.enum(['open', 'closed']).nullable(),
  /** Its last sign of life; null when it never beat. */
  beatAt: Instant.nullable(),
  /** The last beat was its last word. */
  beatEnded: z.boolean(),
  claimed: z.boolean(),
  /** What the head says of this attempt; null when there is none. */
  head: z.enum(['current', 'fenced', 'cancelled', 'done']).nullable(),
  progress: Progress.nullable(),
  createdAt: Instant.nullable(),
});
export type JobSight = z.infer<typeof JobSight>;

/** An open workflow of a job that has no live row. */
export const JoblessOwner = z.strictObject({ intent: z.string(), since: Instant });
export type JoblessOwner = z.infer<typeof JoblessOwner>;

export const Census = z.strictObject({
  at: Instant,
  backends: z.array(z.strictObject({ name: BackendName, unreachable: z.string().nullable() })),
  jobs: z.array(JobSight),
  /** Jobs that are there too and are not listed, so that this stays a small message. */
  more: z.int().nonnegative(),
  jobless: z.array(JoblessOwner),
});
export type Census = z.infer<typeof Census>;

export const Finding = z.strictObject({
  kind: z.enum(['orphan', 'ownerless', 'lost', 'jobless']),
  /** Job key; of a jobless owner its intent. */
  subject: z.string(),
  /** Null for an owner without a job. */
  backend: BackendName.nullable(),
  intent: z.string().nullable(),
  attempt: z.int().nullable(),
  /** `end`: the backend's job. `cancel`: the attempt. `lose`: settle it as lost. `say`: nothing but to say so. */
  action: z.enum(['end', 'cancel', 'lose', 'say']),
  reason: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** A finding with since when it has been seen without a break. */
export const Sighting = z.strictObject({ ...Finding.shape, firstSeen: Instant });
export type Sighting = z.infer<typeof Sighting>;

const DAY_MS = 86_400_000;

export const ReaperInput = z.strictObject({
  /** Acts on what was seen before, at least so long ago. */
  apartMs: z.int().nonnegative(),
  /** Folders of attempts that succeeded, and of others, are kept for so long after their end. */
  keepSucceededMs: z.int().nonnegative().default(DAY_MS),
  keepOthersMs: z
    .int()
    .nonnegative()
    .default(7 * DAY_MS),
  /** Look only: writes nothing down and does nothing. */
  dryRun: z.boolean().default(false),
});
export type ReaperInput = z.infer<typeof ReaperInput>;

/** A pass of the reaper: what it saw, and on what it acts now. */
export const Inspection = z.strictObject({
  census: Census,
  sightings: z.array(Sighting),
  due: z.array(Sighting),
});
export type Inspection = z.infer<typeof Inspection>;

export const BeginActionInput = z.strictObject({
  sighting: Sighting,
  apartMs: ReaperInput.shape.apartMs,
});
export type BeginActionInput = z.infer<typeof BeginActionInput>;

export const FinishActionInput = z.strictObject({ sighting: Sighting, outcome: z.string() });
export type FinishActionInput = z.infer<typeof FinishActionInput>;

export const EndOrphanInput = z.strictObject({ jobKey: z.string(), backend: BackendName });
export type EndOrphanInput = z.infer<typeof EndOrphanInput>;

export const TidyInput = ReaperInput.pick({ keepSucceededMs: true, keepOthersMs: true });
export type TidyInput = z.infer<typeof TidyInput>;

/** Row of what the reaper did. */
export const ReaperAction = z.strictObject({
  kind: z.string(),
  subject: z.string(),
  reason: z.string(),
  begunAt: Instant,
  doneAt: Instant.nullable(),
  outcome: z.string().nullable(),
});
export type ReaperAction = z.infer<typeof ReaperAction>;

export const ReaperReport = z.strictObject({
  ...Inspection.shape,
  /** Of those that were due: what became of each. */
  done: z.array(z.strictObject({ subject: z.string(), outcome: z.string() })),
  /** Folders that were removed. */
  tidied: z.int().nonnegative(),
});
export type ReaperReport = z.infer<typeof ReaperReport>;

export const REAPER_SCHEDULE = 'reaper';
