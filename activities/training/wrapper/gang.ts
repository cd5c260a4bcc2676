import { createServer } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode, isRefusal } from '../../../contracts/exit-code.js';
import type { JobOrder } from '../../ports/job-order.js';
import type { ObjectStore } from '../../ports/object-store.js';
import type { Head } from '../lease/head.js';

/**
 * Machines that train together, one wrapper each. Rank 0 is the attempt: it has the claim, the head, beats, checkpoints and
 * the result. The others join only the native job that they were started with, and nobody starts before all are there.
 */
export interface Gang {
  /** Of the native job: the machines of another one with the same key are another gang. */
  id: string;
  rank: number;
  size: number;
}

/** What rank 0 says once everybody is there. */
export interface Start {
  masterAddress: string;
  masterPort: number;
  /** All resume from the same one. */
  checkpoint: Head['checkpoint'];
}

/** How a machine other than rank 0 ended. */
export interface PeerEnd {
  rank: number;
  code: number;
  reason: string;
  /** RFC 3339: when its trainer ended, by its own clock. */
  at: string;
}

/** A machine that boots may take its time; one that never comes costs what the others wait. */
const PATIENCE_MS = 300_000;
const LOOK_MS = 250;
/** A machine that says nothing for so long and three beats is gone. */
const SILENCE_MS = 5_000;
/** How much later than its cause an echo may be. */
const ECHO_MS = 1_000;

/** @returns undefined for a job of one machine */
export function gangOf(order: JobOrder, environment: NodeJS.ProcessEnv): Gang | undefined {
  const { nodes: size } = order.resources;
  const [id, rank] = [environment['MAINSPRING_GANG'], environment['MAINSPRING_RANK']];
  if (size === 1) return undefined;
  if (!id || !rank || !/^\d+$/.test(rank) || Number(rank) >= size)
    throw new Error(
      `MAINSPRING_GANG is "${id ?? ''}" and MAINSPRING_RANK is "${rank ?? ''}": a job of ${size} machines needs a name and a rank from 0 to ${size - 1}`,
    );
  return { id, rank: Number(rank), size };
}

const prefix = (order: JobOrder, gang: Gang): string => `gangs/${order.jobKey}/${gang.id}/`;

/** Fewer machines than were asked for came in time. */
export class GangIncomplete extends Error {}

const patience = (order: JobOrder): number => Math.min(PATIENCE_MS, order.timing.leaseMs);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** The address that others reach this machine at, as far as it can tell. */
const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4')?.address ?? hostname();

const enter = (objects: ObjectStore, order: JobOrder, gang: Gang): Promise<void> =>
  objects.put(
    `${prefix(order, gang)}rank-${gang.rank}`,
    JSON.stringify({ host: hostname(), pid: process.pid, at: new Date().toISOString() }),
  );

/**
 * Rank 0: wait for all, then let them start.
 *
 * @param ready runs when all are there and before anybody starts
 * @throws GangIncomplete
 */
export async function assemble(
  objects: ObjectStore,
  order: JobOrder,
  gang: Gang,
  options: {
    checkpoint: Head['checkpoint'];
    environment: NodeJS.ProcessEnv;
    stopped: () => boolean;
    ready: () => void;
  },
): Promise<Start | undefined> {
  await enter(objects, order, gang);
  const until = Date.now() + patience(order);
  for (;;) {
    if (options.stopped()) return undefined;
    const keys = await objects.list(`${prefix(order, gang)}rank-`).catch(() => []);
    if (keys.length >= gang.size) break;
    if (Date.now() > until)
      throw new GangIncomplete(
        `${keys.length} of ${gang.size} machines came within ${patience(order) / 1000} s: none of them starts`,
      );
    await sleep(LOOK_MS);
  }
  options.ready();
  const start: Start = {
    masterAddress: options.environment['MASTER_ADDR'] ?? ownAddress(),
    masterPort: Number(options.environment['MASTER_PORT'] ?? (await freePort())),
    checkpoint: options.checkpoint,
  };
  await objects.put(`${prefix(order, gang)}start`, JSON.stringify(start));
  return start;
}

/** Another rank: say that we are here, and wait for rank 0. @throws GangIncomplete */
export async function join(
  objects: ObjectStore,
  order: JobOrder,
  gang: Gang,
  stopped: () => Promise<boolean>,
): Promise<Start | undefined> {
  await enter(objects, order, gang);
  const until = Date.now() + patience(order);
  for (;;) {
    const found = await objects.get(`${prefix(order, gang)}start`).catch(() => undefined);
    if (found) return JSON.parse(found.body.toString()) as Start;
    if (await stopped()) return undefined;
    if (Date.now() > until)
      throw new GangIncomplete(`rank 0 did not start within ${patience(order) / 1000} s`);
    await sleep(LOOK_MS);
  }
}

export const gangEnvironment = (gang: Gang, start: Start): Record<string, string> => ({
  MASTER_ADDR: start.masterAddress,
  MASTER_PORT: String(start.masterPort),
  WORLD_SIZE: String(gang.size),
  NODE_RANK: String(gang.rank),
});

export const sayEnd = (objects: ObjectStore, order: JobOrder, gang: Gang, end: PeerEnd): Promise<void> =>
  objects.put(`${prefix(order, gang)}ended-${gang.rank}`, JSON.stringify(end));

/** Another rank: say that we work. */
export const sayAlive = (objects: ObjectStore, order: JobOrder, gang: Gang): Promise<void> =>
  objects.put(`${prefix(order, gang)}alive-${gang.rank}`, new Date().toISOString());

async function endOf(
  objects: ObjectStore,
  order: JobOrder,
  gang: Gang,
  rank: number,
): Promise<PeerEnd | undefined> {
  const found = await objects.get(`${prefix(order, gang)}ended-${rank}`);
  return found && (JSON.parse(found.body.toString()) as PeerEnd);
}

const others = ({ size }: Gang): number[] => Array.from({ length: size - 1 }, (_, index) => index + 1);

/** Rank 0 looks after the others while its trainer works: the first that ended badly ends all. */
export function watchPeers(
  objects: ObjectStore,
  order: JobOrder,
  gang: Gang,
  onEnd: (end: PeerEnd) => void,
): { stop: () => void } {
  const timer = setInterval(() => {
    void Promise.all(others(gang).map((rank) => endOf(objects, order, gang, rank)))
      .then((ends) => {
        const bad = ends.find((end) => end && end.code !== ExitCode.ok);
        if (bad) onEnd(bad);
      })
      // The store is down: training goes on.
      .catch(() => undefined);
  }, order.timing.beatMs);
  return { stop: () => clearInterval(timer) };
}

/** Codes by which a machine says what is wrong; any other may only be the echo of another machine's end. */
const isTelling = (code: number): boolean => isRefusal(code) || code === ExitCode.infrastructure;

/**
 * Rank 0, when its own trainer failed: a machine that breaks breaks the trainers of all others, and rank 0's may only be the
 * echo. Waits until every other rank has ended, or has shown since that it lives.
 *
 * @param own how rank 0's trainer ended
 * @returns the end that is to blame; undefined when that is rank 0's own
 */
export async function blame(
  objects: ObjectStore,
  order: JobOrder,
  gang: Gang,
  own: Omit<PeerEnd, 'rank'>,
): Promise<PeerEnd | undefined> {
  const signOf = async (rank: number): Promise<string | undefined> =>
    (await objects.get(`${prefix(order, gang)}alive-${rank}`))?.etag;
  const { beatMs } = order.timing;
  const began = Date.now();
  const before = await Promise.all(others(gang).map(signOf));
  for (;;) {
    const ends = await Promise.all(others(gang).map((rank) => endOf(objects, order, gang, rank)));
    const signs = await Promise.all(others(gang).map(signOf));
    const waited = Date.now() - began;
    const silent = others(gang).filter((_, index) => !ends[index] && signs[index] === before[index]);
    const settled = ends.every(Boolean) || (silent.length === 0 && waited > ECHO_MS + 2 * beatMs);
    if (settled) {
      const bad = ends.filter((end) => end !== undefined).filter(({ code }) => code !== ExitCode.ok);
      const [first] = [{ ...own, rank: 0 }, ...bad].sort(
        (a, b) => Number(isTelling(b.code)) - Number(isTelling(a.code)) || a.at.localeCompare(b.at),
      );
      return first?.rank === 0 ? undefined : first;
    }
    const [lost] = silent;
    if (lost !== undefined && waited > SILENCE_MS + 3 * beatMs)
      return {
        rank: lost,
        code: ExitCode.infrastructure,
        reason: 'it gives no sign of life, so that the others failed says nothing about the trainer',
        at: own.at,
      };
    await sleep(LOOK_MS);
  }
}
