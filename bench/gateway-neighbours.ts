import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Bench } from './bench.js';
import { bodyOf, load, median } from './gateway/load.js';
import { aRow } from './gateway/served.js';
import { type Server, start } from './gateway/start.js';

const AT_MOST = 1.5;
const ROUNDS = 7;
const SECONDS = 4;
const CONNECTIONS = 16;
/** A load that the gateway has room for: at its limit a p99 says how long the queue is. */
const REQUESTS_PER_SECOND = 1_000;
/** First features of the looping model: a run of some tenths of a second, and one that never ends. */
const SLOW = 1_200;
const ENDLESS = 1e7;

/** 99th percentile of the answer times of the good model, in milliseconds. */
const p99Of = async ({ url }: Server): Promise<number> =>
  (await load(url, aRow(1), { connections: CONNECTIONS, seconds: SECONDS, rate: REQUESTS_PER_SECOND })).p99Ms;

/** Asks a model again and again, with a first feature that keeps it busy. Returns the count of each status. */
async function keepBusy(
  { url }: Server,
  model: string,
  first: number,
  signal: AbortSignal,
): Promise<Record<number, number>> {
  const seen: Record<number, number> = {};
  while (!signal.aborted) {
    try {
      const { status } = await fetch(`${url}/v2/models/${model}/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: bodyOf([first, ...aRow(1).slice(1)]),
        signal,
      });
      seen[status] = (seen[status] ?? 0) + 1;
      await pause(20, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return seen;
}

/** Processes of models of a gateway; none right after they were killed. */
async function modelProcessesOf({ pid }: Server): Promise<number[]> {
  // `ps` exits with 1 when it finds no process.
  const { stdout } = await execa('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { reject: false });
  return stdout
    .split('\n')
    .filter((line) => line.includes('model-process'))
    .map((line) => Number.parseInt(line, 10));
}

/** Kills a process of a model now and then. Returns how many. */
async function killNowAndThen(server: Server, signal: AbortSignal): Promise<number> {
  let kills = 0;
  while (!signal.aborted) {
    await pause(2_000, undefined, { signal }).catch(() => undefined);
    const pids = await modelProcessesOf(server);
    const pid = pids[kills % pids.length];
    if (pid === undefined || signal.aborted) continue;
    process.kill(pid, 'SIGKILL');
    kills += 1;
  }
  return kills;
}

export const bench: Bench = {
  name: 'gateway-neighbours',
  summary: `p99 of a good model beside one that hangs, one that is slow and one that is killed, against alone, at ${REQUESTS_PER_SECOND} requests/s; mark: ≤ ${AT_MOST}`,
  run: async (print) => {
    const server = await start('neighbours-server.ts');
    try {
      await p99Of(server); // compiled and warm
      const [alone, beside]: [number[], number[]] = [[], []];
      const counts: { slow: Record<number, number>; hanging: Record<number, number>; kills: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        alone.push(await p99Of(server));
        const over = new AbortController();
        const disturbed = Promise.all([
          keepBusy(server, 'slow', SLOW, over.signal),
          keepBusy(server, 'hanging', ENDLESS, over.signal),
          keepBusy(server, 'crashing', ENDLESS, over.signal),
          killNowAndThen(server, over.signal),
        ]);
        beside.push(await p99Of(server));
        over.abort();
        const [slow, hanging, , kills] = await disturbed;
        counts.push({ slow, hanging, kills });
      }
      print({
        bench: 'gateway-neighbours',
        ratio: Number((median(beside) / median(alone)).toFixed(2)),
        atMost: AT_MOST,
        aloneMs: alone,
        besideMs: beside,
        neighbours: counts,
      });
    } finally {
      server.stop();
    }
  },
};
