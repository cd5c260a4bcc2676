import type { Readable } from 'node:stream';
import { ExitCode } from '../contracts/exit-code.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { Ended } from '../activities/ports/exit-record.js';
import type { Confinement } from './confinement.js';
import type { ContractViolated } from './contract-violated.js';
import { DiskLimitPassed } from './disk-limit.js';
import { endProcesses } from './end-processes.js';
import type { Stop } from './heart.js';
import type { Layout } from './layout.js';
import { startTrainer } from './trainer-process.js';

/** Time between two checks for a finished checkpoint. */
const CHECKPOINT_MS = 1_000;
/** Upper limit of setTimeout. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const TERM_CODE = 143;
const KILL_CODE = 137;

/**
 * Run the trainer to its end: upload checkpoints as they are completed, pass signals on, and stop it (TERM, grace,
 * KILL) if the attempt is fenced or cancelled, its lease or deadline is over, or this process is told to end.
 */
export async function supervise(run: {
  order: JobOrder;
  layout: Layout;
  env: Record<string, string>;
  /** Returns false if the attempt may no longer write. */
  upload: () => Promise<boolean>;
  /** What the running trainer does that ends the attempt; undefined if nothing. */
  violation: () => Promise<ContractViolated | undefined>;
  confinement: Confinement;
  /** A stop request that came before the trainer was started. */
  early: Stop | undefined;
  onStop: (handler: (why: Stop) => void) => void;
  onTermination: (handler: (signal: NodeJS.Signals) => void) => void;
  onStart: (pid: number | undefined) => void;
  take: ((output: Readable) => void) | undefined;
  say: (line: string) => void;
}): Promise<Ended> {
  const { order, layout } = run;
  if (run.early)
    return {
      code: run.early === 'lease' ? ExitCode.infrastructure : ExitCode.fenced,
      cause: run.early,
      reason: '',
    };
  const { confinement } = run;
  const trainer = startTrainer(order.command, {
    cwd: layout.code,
    env: run.env,
    take: run.take,
    confinement,
  });
  run.onStart(trainer.pid);
  let cause: Ended['cause'] = 'trainer';
  let failed = '';
  const timers: NodeJS.Timeout[] = [];

  const stop = (why: Exclude<Ended['cause'], 'trainer'>, signal: NodeJS.Signals = 'SIGTERM'): void => {
    if (cause !== 'trainer') return;
    cause = why;
    run.say(`stopping the trainer: ${why}`);
    // The helpers of a confinement end at USR1, which means the same to a trainer as TERM.
    trainer.signal(signal === 'SIGUSR1' ? 'SIGTERM' : signal);
    timers.push(setTimeout(() => trainer.signal('SIGKILL'), order.timing.graceMs));
  };
  run.onStop(stop);
  run.onTermination((signal) => stop('signalled', signal));
  const remainingMs = Date.parse(order.deadline) - Date.now();
  timers.push(setTimeout(() => stop('deadline'), Math.min(Math.max(remainingMs, 0), LONGEST_TIMER_MS)));

  let uploading = false;
  const watcher = setInterval(() => {
    if (uploading || cause !== 'trainer') return;
    uploading = true;
    void run
      .upload()
      .then((counts) => {
        if (!counts) stop('fenced');
      })
      // The object store is down. The next check uploads a newer checkpoint.
      .catch((error: unknown) => run.say(`checkpoint not uploaded yet: ${String(error)}`))
      .finally(() => (uploading = false));
  }, CHECKPOINT_MS);

  let looking = false;
  const judge = setInterval(() => {
    if (looking || cause !== 'trainer') return;
    looking = true;
    void run
      .violation()
      .then((violation) => {
        if (!violation || cause !== 'trainer') return;
        failed = violation.reason;
        // A trainer that fills the disk gets no time to go on.
        stop('contract', violation instanceof DiskLimitPassed ? 'SIGKILL' : 'SIGTERM');
      })
      .catch((error: unknown) => run.say(`not looked at: ${String(error)}`))
      .finally(() => (looking = false));
  }, CHECKPOINT_MS);

  const { code, problem } = await trainer.ended;
  clearInterval(watcher);
  clearInterval(judge);
  for (const timer of timers) clearTimeout(timer);
  // Processes that the trainer started must not outlive it, in whatever group or session they are.
  trainer.signal('SIGKILL');
  const left = await endProcesses(layout.base, confinement.uid);
  if (left > 0) run.say(`ended ${left} processes that the trainer left`);
  return { ...endOf(code, cause), reason: failed || problem };
}

/**
 * A trainer that was stopped and did not choose an exit code counts as pre-empted: it resumes from its last
 * checkpoint.
 */
function endOf(code: number, cause: Ended['cause']): Pick<Ended, 'code' | 'cause'> {
  const stopped = code === TERM_CODE || code === KILL_CODE;
  if (cause === 'lease') return { code: ExitCode.infrastructure, cause };
  if ((cause === 'signalled' || cause === 'deadline') && stopped) return { code: ExitCode.preempted, cause };
  return { code, cause };
}
