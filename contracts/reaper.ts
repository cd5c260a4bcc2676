import { z } from 'zod';
import { Instant } from './artifacts.js';
import { BackendName } from './spec/training.js';
import { Progress } from './training.js';
import { JobState } from './job-state.js';

/** The reaper's view of one job: its row, its backend, its workflow, its lease. */
export const JobSight = z.object({
  jobKey: z.string(),
  backend: BackendName,
  /** Null if the job has no row. */
  intent: z.string().nullable(),
  attempt: z.int().nullable(),
  row: JobState.nullable(),
  /** State of the job by its backend. */
  native: z.enum(['queued', 'running', 'ended', 'absent', 'unreachable']),
  nativeId: z.string().nullable(),
  /** State of the job's workflow; null without a row. */
  owner: z.enum(['open', 'closed']).nullable(),
  /** Time of its last beat; null if there is none. */
  beatAt: Instant.nullable(),
  /** True when the last beat reported the attempt's end. */
  beatEnded: z.boolean(),
  claimed: z.boolean(),
  /** The head's state for this attempt; null if there is no head. */
  head: z.enum(['current', 'fenced', 'cancelled', 'done']).nullable(),
  progress: Progress.nullable(),
  createdAt: Instant.nullable(),
});
export type JobSight = z.infer<typeof JobSight>;

/** An open workflow whose job has no live row. */
export const JoblessOwner = z.object({ intent: z.string(), since: Instant });
export type JoblessOwner = z.infer<typeof JoblessOwner>;

export const Census = z.object({
  at: Instant,
  backends: z.array(z.object({ name: BackendName, unreachable: z.string().nullable() })),
  jobs: z.array(JobSight),
  /** Number of further jobs that are left out to keep the message small. */
  more: z.int().nonnegative(),
  jobless: z.array(JoblessOwner),
});
export type Census = z.infer<typeof Census>;

export const Finding = z.object({
  kind: z.enum(['orphan', 'ownerless', 'lost', 'jobless']),
  /** Job key; for a workflow without a job, its intent. */
  subject: z.string(),
  /** Null for a workflow without a job. */
  backend: BackendName.nullable(),
  intent: z.string().nullable(),
  attempt: z.int().nullable(),
  /** `end`: end the backend's job. `cancel`: cancel the attempt. `lose`: settle it as lost. `say`: report it only. */
  action: z.enum(['end', 'cancel', 'lose', 'say']),
  reason: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** A finding, and the time since when it has been seen without interruption. */
export const Sighting = z.object({ ...Finding.shape, firstSeen: Instant });
export type Sighting = z.infer<typeof Sighting>;

const DAY_MS = 86_400_000;

export const ReaperInput = z.object({
  /** Only sightings at least this old are acted on. */
  apartMs: z.int().nonnegative(),
  /** How long folders of attempts are kept after their end: of successful ones, and of others. */
  keepSucceededMs: z.int().nonnegative().default(DAY_MS),
  keepOthersMs: z
    .int()
    .nonnegative()
    .default(7 * DAY_MS),
  /** True records nothing and does nothing. Default: false. */
  dryRun: z.boolean().default(false),
});
export type ReaperInput = z.infer<typeof ReaperInput>;

/** One pass of the reaper: what it saw, and the sightings to act on now. */
export const Inspection = z.object({
  census: Census,
  sightings: z.array(Sighting),
  due: z.array(Sighting),
});
export type Inspection = z.infer<typeof Inspection>;

export const BeginActionInput = z.object({
  sighting: Sighting,
  apartMs: ReaperInput.shape.apartMs,
});
export type BeginActionInput = z.infer<typeof BeginActionInput>;

export const FinishActionInput = z.object({ sighting: Sighting, outcome: z.string() });
export type FinishActionInput = z.infer<typeof FinishActionInput>;

export const EndOrphanInput = z.object({ jobKey: z.string(), backend: BackendName });
export type EndOrphanInput = z.infer<typeof EndOrphanInput>;

export const TidyInput = ReaperInput.pick({ keepSucceededMs: true, keepOthersMs: true });
export type TidyInput = z.infer<typeof TidyInput>;

/** The record of an action of the reaper. */
export const ReaperAction = z.object({
  kind: z.string(),
  subject: z.string(),
  reason: z.string(),
  begunAt: Instant,
  doneAt: Instant.nullable(),
  outcome: z.string().nullable(),
});
export type ReaperAction = z.infer<typeof ReaperAction>;

export const ReaperReport = z.object({
  ...Inspection.shape,
  /** Outcome of each due action. */
  done: z.array(z.object({ subject: z.string(), outcome: z.string() })),
  /** Number of removed folders. */
  tidied: z.int().nonnegative(),
  /** Ends that the reaper recorded for workflows that could not do so, in words. Absent if there were none. */
  recorded: z.array(z.string()).optional(),
});
export type ReaperReport = z.infer<typeof ReaperReport>;

export const REAPER_SCHEDULE = 'reaper';
