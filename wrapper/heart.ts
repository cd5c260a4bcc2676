import { hostname } from 'node:os';
import type { Spend } from '../contracts/training.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { ObjectStore } from '../activities/ports/object-store.js';
import type { Ended } from '../activities/ports/exit-record.js';
import { putBeat } from '../activities/training/lease/beat.js';
import { readHead, refusal } from '../activities/training/lease/head.js';
import type { Layout } from './layout.js';
import { lastProgress } from './progress.js';
import { followRungs } from './rung-reports.js';

/** Time between two checks for a new rung. */
const RUNG_LOOK_MS = 100;

export type Stop = 'fenced' | 'cancelled' | 'lease' | 'peer';

/**
 * Writes beats while the attempt works, and checks at every beat whether it may continue. Calls `onStop` once if it
 * may not: the head fences or cancels it, or no beat succeeded for the lease time.
 */
export function startHeart(
  objects: ObjectStore,
  order: JobOrder,
  layout: Layout,
  usage: () => Spend,
  onStop: (why: Stop) => void,
) {
  const { beatMs, leaseMs } = order.timing;
  let lastBeat = Date.now();
  let stopped = false;
  const rungs = order.rungs && followRungs(layout, order.rungs);
  let timer: NodeJS.Timeout | undefined;

  const beat = async (ended: Ended | null): Promise<void> => {
    await rungs?.look();
    await putBeat(objects, order.jobKey, {
      at: new Date().toISOString(),
      host: hostname(),
      pid: process.pid,
      progress: await lastProgress(layout.progress, layout.base),
      usage: usage(),
      ended,
      ...(rungs ? { rungs: rungs.reports } : {}),
    });
    lastBeat = Date.now();
  };

  /** A hanging request must not hide the end of the lease time. */
  const within = (work: Promise<unknown>): Promise<unknown> =>
    Promise.race([
      work,
      new Promise((resolve) => setTimeout(resolve, Math.min(leaseMs / 4, 30_000)).unref()),
    ]);

  let waiting = false;
  async function tick(): Promise<void> {
    waiting = false;
    try {
      await within(beat(null));
      const why = (await within(readHead(objects, order).then((head) => refusal(head, order.attempt)))) as
        'fenced' | 'cancelled' | undefined;
      if (why && !stopped) onStop(why);
    } catch {
      // The object store is down. Train on until the lease time is over.
    }
    if (!stopped && Date.now() - lastBeat > leaseMs) onStop('lease');
    if (stopped) return;
    waiting = true;
    timer = setTimeout(next, beatMs);
  }
  const next = (): void => {
    ticking = tick();
  };
  let ticking = tick();
  // A trial that is to stop costs money until its report is uploaded.
  const looking =
    rungs &&
    setInterval(() => {
      if (waiting)
        void rungs.look().then((reached) => {
          if (!reached || !waiting || stopped) return;
          clearTimeout(timer);
          next();
        });
    }, RUNG_LOOK_MS);

  return {
    /** Waits for a beat that is under way, so that it cannot overwrite the last one. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      clearInterval(looking);
      await ticking;
    },
    /** Writes the last beat, with the end of the attempt. */
    last: (ended: Ended) => beat(ended),
  };
}
