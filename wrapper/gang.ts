import { createServer } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode, isRefusal } from '../contracts/exit-code.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { ObjectStore } from '../activities/ports/object-store.js';
import type { Head } from '../activities/training/lease/head.js';

/**
 * Machines that train together, each with its own wrapper. Rank 0 represents the attempt: it owns the claim, the
 * head, the beats, the checkpoints and the result. The other ranks join only the native job that started them. No
 * rank starts before all ranks are present.
 */
export interface Gang {
  /** The id of the native job. Machines of another native job with the same job key form another gang. */
  id: string;
  rank: number;
  size: number;
}

/** The message of rank 0 once all ranks are present. */
export interface Start {
  masterAddress: string;
  masterPort: number;
  /** The checkpoint that all ranks resume from. */
  checkpoint: Head['checkpoint'];
}

/** The end of a rank other than 0. */
export interface PeerEnd {
  rank: number;
  code: number;
  reason: string;
  /** RFC 3339: the end of its trainer, by its own clock. */
  at: string;
}

/**
 * Longest wait for all ranks. A machine may take minutes to boot, but a missing machine costs the waiting time of
 * the others.
 */
const PATIENCE_MS = 300_000;
const LOOK_MS = 250;
/** A rank is gone if it is silent for this long plus three beats. */
const SILENCE_MS = 5_000;
/** An end that follows another within this time may be its consequence. */
const ECHO_MS = 1_000;

/** The gang of this process, or undefined for a job of one machine. */
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

/** Fewer ranks than requested arrived in time. */
export class GangIncomplete extends Error {}

const patience = (order: JobOrder): number => Math.min(PATIENCE_MS, order.timing.leaseMs);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** The address of this machine for other machines, as far as it can be determined here. */
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
 * Called by rank 0: wait for all ranks, then let them start.
 *
 * @param ready runs when all ranks are present, before any of them starts
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

/**
 * Called by every other rank: announce it, and wait for rank 0.
 *
 * @throws GangIncomplete
 */
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

/** Called by every other rank: write its sign of life. */
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

/** Watches the other ranks for rank 0 while its trainer works. The first bad end of a rank ends the attempt. */
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
      // The object store is down. Training goes on.
      .catch(() => undefined);
  }, order.timing.beatMs);
  return { stop: () => clearInterval(timer) };
}

/**
 * True for exit codes that name their own cause. Any other exit code may only be the consequence of another rank's
 * end.
 */
const isTelling = (code: number): boolean => isRefusal(code) || code === ExitCode.infrastructure;

/**
 * Find the rank that caused a failure, after the trainer of rank 0 failed. A broken machine breaks the trainers on
 * all other machines, so the failure of rank 0 may be a consequence. Waits until every other rank has ended, or has
 * written a sign of life since.
 *
 * @param own how rank 0's trainer ended
 * @returns the end of the responsible rank; undefined if it is rank 0 itself
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
    const isComplete = ends.every(Boolean) || (silent.length === 0 && waited > ECHO_MS + 2 * beatMs);
    if (isComplete) {
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
        reason:
          'it gives no sign of life, so the failure of the other machines is not the fault of the trainer',
        at: own.at,
      };
    await sleep(LOOK_MS);
  }
}
