import type { ExitRecord } from '../../../../activities/ports/exit-record.js';
import type { JobOrder } from '../../../../activities/ports/job-order.js';
import type { StatusAnswer } from '../../../../activities/ports/job-backend.js';
import { ExitCode } from '../../../../contracts/exit-code.js';
import type { JobClass, Spend } from '../../../../contracts/training.js';

/** A job in the output of squeue. */
export interface SlurmJob {
  id: string;
  name: string;
  state: string;
  /** End of the job's script as a wait status: the exit code in the high byte, a signal in the low byte. */
  waitStatus: number;
  elapsedSeconds: number;
  reason: string;
  /** The node that runs or ran its script; empty for a job that never got one. */
  host: string;
  /** Free text; for our jobs `<engine id>:<job digest>`. */
  comment: string;
}

/**
 * Columns of squeue, wide enough for every value, because squeue cuts off longer ones. The comment is last, because
 * it may contain any text.
 */
const FIELDS = {
  id: 'JobID:24',
  name: 'Name:80',
  state: 'State:24',
  exit: 'exit_code:16',
  elapsed: 'TimeUsed:24',
  reason: 'Reason:80',
  host: 'BatchHost:80',
  comment: 'Comment:400',
};
const SEPARATOR = '|';

/**
 * Arguments of squeue for `parseJobs`. Text instead of `--json`, which ignores filters, changes with every release,
 * and is missing in some builds of Slurm.
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

/** `code:signal`, or the wait status as one number, depending on the release. */
function waitStatusOf(text: string): number {
  const [code = '0', signal] = text.split(':');
  return signal === undefined ? Number(code) : Number(code) * 256 + Number(signal);
}

export function parseJobs(text: string): SlurmJob[] {
  return text.split('\n').flatMap((line) => {
    const [id, name, state, exit, elapsed, reason, host, ...comment] = line
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
        host: host === undefined || host === 'n/a' ? '' : host,
        comment: comment.slice(0, -1).join(SEPARATOR),
      },
    ];
  });
}

/**
 * States of a job that is not running yet, or not any more: an operator may requeue a job, and its claim then
 * refuses the second run.
 */
const QUEUED = [
  'PENDING',
  'CONFIGURING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
];
/** States that count as running. COMPLETING hides the outcome until the job's processes are gone. */
const RUNNING = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT'];

/** Failure class of each final state of Slurm. For FAILED and COMPLETED the exit code decides. */
const CLASS: Record<string, JobClass> = {
  NODE_FAIL: 'infrastructure',
  BOOT_FAIL: 'infrastructure',
  REVOKED: 'infrastructure',
  PREEMPTED: 'preempted',
  OUT_OF_MEMORY: 'outOfMemory',
  TIMEOUT: 'timedOut',
  DEADLINE: 'timedOut',
  // Cancelled by a person. If Mainspring cancels an attempt, its row is `cancelling` and this class is not used.
  CANCELLED: 'cancelled',
};

export const isQueued = ({ state }: SlurmJob): boolean => QUEUED.includes(state);
export const isOver = ({ state }: SlurmJob): boolean => !QUEUED.includes(state) && !RUNNING.includes(state);

/** The exit code in the convention of shells: 128 + n for signal n. */
const exitCodeOf = (waitStatus: number): number => {
  const signal = waitStatus & 0x7f;
  return signal === 0 ? waitStatus >> 8 : 128 + signal;
};
/**
 * True for exit codes with which a wrapper can end before it writes a record, and for deaths by signal. Any other
 * code comes from Slurm itself, e.g. 1 when a forgotten job still has the same number on the node (`Job credential
 * revoked`).
 */
const canBeWordless = (code: number): boolean =>
  code === ExitCode.fenced || code === ExitCode.infrastructure || code > 128;
/**
 * True if Slurm told the first machine to end because another one had died: the exit code of the job is then that of
 * the dead one. When Slurm pre-empts a job, its state says so.
 */
const wasEndedForAnother = (job: SlurmJob, order: JobOrder | undefined): boolean =>
  (order?.resources.nodes ?? 1) > 1 && exitCodeOf(job.waitStatus) !== ExitCode.preempted;
/** Not a signal: Slurm's exit code for a node that could not open the job's files. */
const NO_FILES = 53;

/**
 * The relevant one of several jobs with one key, which exist if two machines submit at once: the job with the
 * claim, as far as is known.
 */
export function theOne(jobs: readonly SlurmJob[]): SlurmJob | undefined {
  const rank = (job: SlurmJob): number =>
    !isOver(job) ? (isQueued(job) ? 2 : 3) : exitCodeOf(job.waitStatus) === ExitCode.fenced ? 0 : 1;
  return [...jobs].sort((a, b) => rank(b) - rank(a) || Number(a.id) - Number(b.id))[0];
}

function spendOf(job: SlurmJob, record: ExitRecord | undefined, order: JobOrder | undefined): Spend {
  const { cpus = 0, gpus = 0, nodes = 1 } = order?.resources ?? {};
  // Slurm counts whole seconds, so the wrapper's figure may be larger.
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
 * The status of a job, from Slurm's state and the wrapper's exit record.
 *
 * @param record the exit record, if the wrapper wrote one
 * @param order the requested resources, for the spend
 * @param hasLog false if the node never began the job's script, which opens its log first. Default: true
 */
export function statusOf(
  job: SlurmJob,
  record: ExitRecord | undefined,
  order: JobOrder | undefined,
  hasLog = true,
): StatusAnswer {
  if (isQueued(job)) return { kind: 'queued', reason: job.reason };
  if (!isOver(job)) return { kind: 'running' };
  const spend = spendOf(job, record, order);
  const says = `Slurm job ${job.id}: ${job.state}${job.reason ? `, ${job.reason}` : ''}`;
  const ended = { kind: 'ended' as const, spend };
  if (record) {
    const { code, cause, reason } = record.ended;
    if (job.state === 'FAILED' && cause === 'signalled' && wasEndedForAnother(job, order))
      return {
        ...ended,
        exitCode: ExitCode.infrastructure,
        class: 'infrastructure',
        reason: `${says}: another machine of the job failed, so Slurm ended all of them`,
      };
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
  // A node that still has a forgotten job of this number cancels the new one. A person who cancels a job that waits finds it
  // without a node, and one that works with a log. Who cancels in the second between the two must do it again.
  const wasNotLaunched = job.state === 'CANCELLED' && job.host !== '' && !hasLog;
  if (wasNotLaunched || (job.state === 'FAILED' && !canBeWordless(exitCodeOf(job.waitStatus))))
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

/** The status of an ended job that Slurm has forgotten (`MinJobAge`), from its exit record. */
export const statusOfForgotten = ({ ended, usage }: ExitRecord): StatusAnswer => ({
  kind: 'ended',
  exitCode: ended.code,
  class: ended.cause === 'deadline' ? 'timedOut' : null,
  reason: ended.reason,
  spend: usage,
});
