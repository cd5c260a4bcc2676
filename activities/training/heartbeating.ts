import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 3_000;

/** Heartbeat from a timer while `work` runs, so that a trainer without output does not look like a dead worker. */
export async function heartbeating<T>(details: () => unknown, work: () => Promise<T>): Promise<T> {
  const ctx = Context.current();
  ctx.heartbeat(details());
  const timer = setInterval(() => ctx.heartbeat(details()), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
