import { type ClockReading, type ClockVerdict, judgeClock } from '../contracts/clock.js';

const EVERY_MS = 15_000;
const SAY_AGAIN_MS = 60_000;

/** State of a worker for its record: takes work, or the reason why it does not. */
export const stateOf = (verdict: ClockVerdict): string =>
  verdict.kind === 'off' ? `waits: its clock is ${verdict.detail}` : 'running';

export interface ClockWatchOptions {
  /** Compares the clock of this process with those of the servers. */
  read: () => Promise<ClockReading[]>;
  /** Told after each comparison. It may fail. */
  tell: (verdict: ClockVerdict, readings: readonly ClockReading[]) => Promise<void>;
  /** Writes a sentence to the log. */
  warn: (sentence: string) => void;
  /** Default: 15 seconds. */
  everyMs?: number;
}

/**
 * Watches the clock of this process. Leases, deadlines and signatures of a process whose clock is off are worth nothing, so
 * its worker stops until the clock is right again.
 */
export interface ClockWatch {
  /** Resolves when the clock is right. Rejects when the signal aborts. */
  right: (signal: AbortSignal) => Promise<void>;
  /** True if the last comparison says that the clock is off. */
  isOff: () => boolean;
  /** Calls `stop` when the clock is off from now on. Returns a function that forgets it. */
  whenOff: (stop: () => void) => () => void;
  close: () => void;
}

export async function watchClock(options: ClockWatchOptions): Promise<ClockWatch> {
  const { read, tell, warn, everyMs = EVERY_MS } = options;
  let verdict: ClockVerdict = { kind: 'right' };
  let saidAt = -Infinity;
  let listeners: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function say(): void {
    if (verdict.kind === 'right' || performance.now() - saidAt < SAY_AGAIN_MS) return;
    saidAt = performance.now();
    warn(
      verdict.kind === 'off'
        ? `the clock of this machine is ${verdict.detail}: this worker takes no work until it is right. Set the clock (NTP)`
        : `the clocks of the servers differ: this machine is ${verdict.detail}. Set the clock of that server (NTP)`,
    );
  }

  async function look(): Promise<void> {
    const readings = await read();
    const before = verdict.kind;
    // No answer proves nothing, so the last verdict stays.
    if (readings.length > 0) verdict = judgeClock(readings);
    if (before !== verdict.kind) saidAt = -Infinity;
    say();
    await tell(verdict, readings).catch(() => undefined);
    for (const listener of listeners) listener();
  }
  function lookLater(): void {
    if (isClosed) return;
    timer = setTimeout(() => void look().finally(lookLater), everyMs);
  }

  await look();
  lookLater();
  const isOff = (): boolean => verdict.kind === 'off';
  const listen = (listener: () => void): (() => void) => {
    listeners.push(listener);
    return () => (listeners = listeners.filter((one) => one !== listener));
  };
  return {
    isOff,
    right: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        if (!isOff()) return resolve();
        const forget = listen(() => {
          if (isOff()) return;
          forget();
          resolve();
        });
        signal.addEventListener('abort', () => (forget(), reject(signal.reason as Error)), { once: true });
      }),
    whenOff: (stop) => listen(() => isOff() && stop()),
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
