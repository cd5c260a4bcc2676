import { hostname } from 'node:os';
import type { Spend } from '../../../contracts/training.js';
import type { JobOrder } from '../../ports/job-order.js';
import type { ObjectStore } from '../../ports/object-store.js';
import type { Ended } from '../../ports/exit-record.js';
import { putBeat } from '../lease/beat.js';
import { readHead, refusal } from '../lease/head.js';
import type { Layout } from './layout.js';
import { lastProgress } from './progress.js';
import { followRungs } from './rung-reports.js';

/** Between two looks whether a rung was reached. */
const RUNG_LOOK_MS = 100;

export type Stop = 'fenced' | 'cancelled' | 'lease' | 'peer';

/**
 * Beats while the attempt works, and asks at every beat whether it still may. Says so once when it may not: fenced or
 * cancelled by the head, or without a beat for the lease time.
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
  const rungs = order.rungs && followRungs(layout.progress, order.rungs);
  let timer: NodeJS.Timeout | undefined;

  const beat = async (ended: Ended | null): Promise<void> => {
    await rungs?.look();
    await putBeat(objects, order.jobKey, {
      at: new Date().toISOString(),
      host: hostname(),
      pid: process.pid,
      progress: await lastProgress(layout.progress),
      usage: usage(),
      ended,
      ...(rungs ? { rungs: rungs.reports } : {}),
    });
    lastBeat = Date.now();
  };

  /** A request that hangs must not hide that the lease time is over. */
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
      const why = (await within(
        readHead(objects, order.intent).then((head) => refusal(head, order.attempt)),
      )) as 'fenced' | 'cancelled' | undefined;
      if (why && !stopped) onStop(why);
    } catch {
      // The store is down: train on until the lease time is over.
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
  // A trial that is to stop costs until its report is heard.
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
    /** Waits for a beat that is on its way: it must not overtake the last one. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      clearInterval(looking);
      await ticking;
    },
    /** The attempt's last word. */
    last: (ended: Ended) => beat(ended),
  };
}
