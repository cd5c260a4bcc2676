import type { ExitRecord } from '../../../activities/ports/exit-record.js';
import type { JobOrder } from '../../../activities/ports/job-order.js';
import type { StatusAnswer } from '../../../activities/ports/job-backend.js';
import { ExitCode } from '../../../contracts/exit-code.js';
import type { JobClass, Spend } from '../../../contracts/training.js';

/** A job as squeue shows it. */
export interface SlurmJob {
  id: string;
  name: string;
  state: string;
  /** How its script ended, as a wait status: the code in the high byte, a signal in the low one. */
  waitStatus: number;
  elapsedSeconds: number;
  reason: string;
  /** Whatever stands in it; ours is `<engine id>:<job digest>`. */
  comment: string;
}

/** Wide enough for every value, since squeue cuts them off; the comment comes last because it may hold anything. */
const FIELDS = {
  id: 'JobID:24',
  name: 'Name:80',
  state: 'State:24',
  exit: 'exit_code:16',
  elapsed: 'TimeUsed:24',
  reason: 'Reason:80',
  comment: 'Comment:400',
};
const SEPARATOR = '|';

/**
 * Arguments for squeue that `parseJobs` understands. Text, not `--json`: that ignores filters, comes in another shape in
 * every release, and is missing where Slurm was built without it.
 */
export const SQUEUE = [
  '--noheader',
  '--all',
  '--states=all',
  `--Format=${Object.values(FIELDS).join(`${SEPARATOR},`)}${SEPARATOR}`,
];

/** `[days-][[hours:]minutes:]seconds` */
export function secondsOf(time: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:]+)$/.exec(time) ?? [];
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}

/** `code:signal`, or the wait status as one number, by release. */
function waitStatusOf(text: string): number {
  const [code = '0', signal] = text.split(':');
  return signal === undefined ? Number(code) : Number(code) * 256 + Number(signal);
}

export function parseJobs(text: string): SlurmJob[] {
  return text.split('\n').flatMap((line) => {
    const [id, name, state, exit, elapsed, reason, ...comment] = line
      .split(SEPARATOR)
      .map((value) => value.trim());
    if (!id || name === undefined || state === undefined) return [];
    return [
      {
        id,
        name,
        state,
        waitStatus: waitStatusOf(exit ?? ''),
        elapsedSeconds: secondsOf(elapsed ?? ''),
        reason: reason === undefined || reason === 'None' ? '' : reason,
        comment: comment.slice(0, -1).join(SEPARATOR),
      },
    ];
  });
}

/** Not yet, or not any more: an operator may put a job back into the queue, and its claim then refuses a second run. */
const QUEUED = [
  'PENDING',
  'CONFIGURING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
];
/** COMPLETING hides what it came to until its processes are gone. */
const RUNNING = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT'];

/** Slurm's own word for why a job ended; FAILED and COMPLETED leave it to the exit code. */
const CLASS: Record<string, JobClass> = {
  NODE_FAIL: 'infrastructure',
  BOOT_FAIL: 'infrastructure',
  REVOKED: 'infrastructure',
  PREEMPTED: 'preempted',
  OUT_OF_MEMORY: 'outOfMemory',
  TIMEOUT: 'timedOut',
  DEADLINE: 'timedOut',
  // By somebody else: an attempt that Mainspring cancels is `cancelling` in its row, whatever it says here.
  CANCELLED: 'cancelled',
};

export const isQueued = ({ state }: SlurmJob): boolean => QUEUED.includes(state);
export const isOver = ({ state }: SlurmJob): boolean => !QUEUED.includes(state) && !RUNNING.includes(state);

/** Exit code as a shell would have it: 128 + n for signal n. */
const exitCodeOf = (waitStatus: number): number => {
  const signal = waitStatus & 0x7f;
  return signal === 0 ? waitStatus >> 8 : 128 + signal;
};
/**
 * Codes that a wrapper ends with before it can write a record, and deaths by signal. Any other is not a trainer's, but
 * Slurm's own, such as 1 of a job whose number a forgotten one has still got on the node (`Job credential revoked`).
 */
const canBeWordless = (code: number): boolean =>
  code === ExitCode.fenced || code === ExitCode.infrastructure || code > 128;
/** Not a signal: Slurm's mark for a node that could not open the job's files. */
const NO_FILES = 53;

/** Of several jobs of one key, which happens when two machines submit at once: the one that has the claim, as far as seen. */
export function theOne(jobs: readonly SlurmJob[]): SlurmJob | undefined {
  const rank = (job: SlurmJob): number =>
    !isOver(job) ? (isQueued(job) ? 2 : 3) : exitCodeOf(job.waitStatus) === ExitCode.fenced ? 0 : 1;
  return [...jobs].sort((a, b) => rank(b) - rank(a) || Number(a.id) - Number(b.id))[0];
}

function spendOf(job: SlurmJob, record: ExitRecord | undefined, order: JobOrder | undefined): Spend {
  const { cpus = 0, gpus = 0, nodes = 1 } = order?.resources ?? {};
  // Slurm counts whole seconds.
  const wallSeconds = Math.max(
    job.elapsedSeconds,
    job.elapsedSeconds < 2 ? (record?.usage.wallSeconds ?? 0) : 0,
  );
  return {
    wallSeconds,
    cpuSeconds: record?.usage.cpuSeconds ?? wallSeconds * cpus * nodes,
    gpuSeconds: wallSeconds * gpus * nodes,
  };
}

/**
 * What Slurm says of a job.
 *
 * @param record the wrapper's last word, if it could still write one
 * @param order what was asked for, to bill it
 */
export function statusOf(
  job: SlurmJob,
  record: ExitRecord | undefined,
  order: JobOrder | undefined,
): StatusAnswer {
  if (isQueued(job)) return { kind: 'queued', reason: job.reason };
  if (!isOver(job)) return { kind: 'running' };
  const spend = spendOf(job, record, order);
  const says = `Slurm job ${job.id}: ${job.state}${job.reason ? `, ${job.reason}` : ''}`;
  const ended = { kind: 'ended' as const, spend };
  if (record) {
    const { code, cause, reason } = record.ended;
    const timedOut = cause === 'deadline' ? 'timedOut' : null;
    return { ...ended, exitCode: code, class: CLASS[job.state] ?? timedOut, reason: reason || says };
  }
  if (job.state === 'FAILED' && (job.waitStatus & 0x7f) === NO_FILES)
    return {
      ...ended,
      exitCode: null,
      class: 'infrastructure',
      reason: `${says}: its node could not open the log in the job's folder. MAINSPRING_JOBS_DIR must be a folder that all nodes see at the same path`,
    };
  if (job.state === 'FAILED' && job.reason === 'BadConstraints')
    return { ...ended, exitCode: null, class: 'user', reason: `${says}: no node can ever run it` };
  if (job.state === 'FAILED' && !canBeWordless(exitCodeOf(job.waitStatus)))
    return {
      ...ended,
      exitCode: null,
      class: 'infrastructure',
      reason: `${says}: its wrapper left no word, so Slurm ended it before it began`,
    };
  return {
    ...ended,
    exitCode: job.state === 'NODE_FAIL' ? null : exitCodeOf(job.waitStatus),
    class: CLASS[job.state] ?? null,
    reason: job.state === 'COMPLETED' ? '' : says,
  };
}

/** An old job that Slurm has forgotten (`MinJobAge`) and that left its record. */
export const statusOfForgotten = ({ ended, usage }: ExitRecord): StatusAnswer => ({
  kind: 'ended',
  exitCode: ended.code,
  class: ended.cause === 'deadline' ? 'timedOut' : null,
  reason: ended.reason,
  spend: usage,
});
