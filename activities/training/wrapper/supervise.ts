import type { Readable } from 'node:stream';
import { ExitCode } from '../../../contracts/exit-code.js';
import type { JobOrder } from '../../ports/job-order.js';
import type { Ended } from '../../ports/exit-record.js';
import type { Stop } from './heart.js';
import type { Layout } from './layout.js';
import { startTrainer } from './trainer-process.js';

/** Between two looks for a finished checkpoint. */
const CHECKPOINT_MS = 1_000;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const TERM_CODE = 143;
const KILL_CODE = 137;

/**
 * Run the trainer to its end: upload checkpoints as they complete, pass signals on, and stop it – TERM, grace, KILL – when
 * the attempt is fenced or cancelled, its lease is over, its deadline has come, or this process is told to end.
 */
export async function supervise(run: {
  order: JobOrder;
  layout: Layout;
  env: Record<string, string>;
  /** False: the attempt may not write any more. */
  upload: () => Promise<boolean>;
  /** A stop that came before the trainer was started. */
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
  const trainer = startTrainer(order.command, { cwd: layout.code, env: run.env, take: run.take });
  run.onStart(trainer.pid);
  let cause: Ended['cause'] = 'trainer';
  const timers: NodeJS.Timeout[] = [];

  const stop = (why: Exclude<Ended['cause'], 'trainer'>, signal: NodeJS.Signals = 'SIGTERM'): void => {
    if (cause !== 'trainer') return;
    cause = why;
    run.say(`stopping the trainer: ${why}`);
    trainer.signal(signal);
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
      // The store is down: the next look uploads a newer one.
      .catch((error: unknown) => run.say(`checkpoint not uploaded yet: ${String(error)}`))
      .finally(() => (uploading = false));
  }, CHECKPOINT_MS);

  const { code, problem } = await trainer.ended;
  clearInterval(watcher);
  for (const timer of timers) clearTimeout(timer);
  // What it may have started must not outlive it.
  trainer.signal('SIGKILL');
  return { ...verdict(code, cause), reason: problem };
}

/** A trainer that we stopped and that did not choose a code was pre-empted: it resumes from its last checkpoint. */
function verdict(code: number, cause: Ended['cause']): Pick<Ended, 'code' | 'cause'> {
  const stopped = code === TERM_CODE || code === KILL_CODE;
  if (cause === 'lease') return { code: ExitCode.infrastructure, cause };
  if ((cause === 'signalled' || cause === 'deadline') && stopped) return { code: ExitCode.preempted, cause };
  return { code, cause };
}
