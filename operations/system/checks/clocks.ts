import { CLOCK_BOUND_MS, type ClockReading, aheadOf } from '../../../contracts/clock.js';
import type { Services } from '../../ports/services.js';
import { isAlive, nameOf } from '../../ports/workers.js';
import { type Check, type Finding, ok } from './check.js';

const REMEDY =
  'Set that clock (NTP). Leases, deadlines and signatures of a clock that is off are worth nothing, so a worker whose clock ' +
  'is off takes no work until it is right; it then goes on by itself.';

/** How far the clock of this process is ahead of a server's; undefined if the server does not tell its time. */
async function ahead(server: string, ask: () => Promise<Date>): Promise<ClockReading | undefined> {
  try {
    const asked = Date.now();
    const theirs = await ask();
    return { server, aheadMs: (asked + Date.now()) / 2 - theirs.getTime() };
  } catch {
    return undefined;
  }
}

/** Workers ask for work again after a minute at the latest. */
const POLL_MS = 70_000;

/** Temporal does not tell its time, but when workers last asked it for work. */
async function aheadOfTemporal(services: Services): Promise<ClockReading | undefined> {
  try {
    const queues = await (await services.workflows()).queues();
    const polls = queues.flatMap(({ lastPollMs }) => lastPollMs ?? []);
    if (polls.length === 0) return undefined;
    const aheadMs = Date.now() - Math.max(...polls);
    const isExplained = aheadMs >= 0 && aheadMs <= POLL_MS + CLOCK_BOUND_MS;
    return { server: 'Temporal', aheadMs: isExplained ? 0 : aheadMs };
  } catch {
    return undefined;
  }
}

export function clocksOf(readings: readonly ClockReading[]): Finding {
  if (readings.length === 0)
    return { verdict: 'warn', detail: 'no server tells its time', remedy: 'Start the servers.' };
  const wrong = readings.filter(({ aheadMs }) => Math.abs(aheadMs) > CLOCK_BOUND_MS);
  if (wrong.length === 0)
    return ok(`this machine agrees with ${readings.map(({ server }) => server).join(', ')}`);
  return { verdict: 'fail', detail: `this machine is ${wrong.map(aheadOf).join(', ')}`, remedy: REMEDY };
}

export const clocks: Check = {
  what: 'clocks',
  look: async (services) => {
    const readings = await Promise.all([
      ahead('PostgreSQL', async () => (await services.records()).time()),
      ahead('the object store', async () => (await services.storage()).time()),
      aheadOfTemporal(services),
    ]);
    return clocksOf(readings.filter((reading) => reading !== undefined));
  },
};

export const workerClocks: Check = {
  what: 'clocks of workers',
  look: async (services) => {
    const alive = (await (await services.records()).workers()).filter(isAlive);
    const wrong = alive.flatMap((worker) =>
      worker.aheadMs !== null && Math.abs(worker.aheadMs) > CLOCK_BOUND_MS
        ? [`${nameOf(worker)} is ${aheadOf({ server: 'PostgreSQL', aheadMs: worker.aheadMs })}`]
        : [],
    );
    if (wrong.length === 0) return ok(`${alive.length} workers agree with PostgreSQL`);
    return { verdict: 'fail', detail: wrong.join('; '), remedy: REMEDY };
  },
};
