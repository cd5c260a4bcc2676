import pRetry from 'p-retry';
import { setTimeout as pause } from 'node:timers/promises';
import type { Mainspring } from '../../client/index.js';
import type { LifecycleState } from '../../contracts/lifecycle.js';
import { follow } from '../../examples/follow.js';
import { type Kill, type Stage, type Target, stages } from './plan.js';
import type { World } from './world.js';

export interface Life {
  run: string;
  state: LifecycleState;
  /** Planned kills that the run was too short for. */
  unspent: Kill[];
  spent: { target: Target; stage: string }[];
}

/** Order of the stages that are not targets themselves. */
const PLACE: Record<string, number> = { charter: -1, registry: 2.5, approval: 2.5, loop: 4, done: 5 };
const placeOf = (stage: string): number => PLACE[stage] ?? stages.indexOf(stage as Stage);

const LOOK_MS = 100;
/** Longest time of one run with its kills. */
const LIFE_MS = 900_000;
/** Time to look for a target, such as a job between two attempts or a part that is being restarted. */
const TARGET_PATIENCE_MS = 60_000;

/** Follow one run to its end, vote for it, and carry out the planned kills. */
export async function live(
  mainspring: Mainspring,
  world: World,
  run: string,
  kills: Kill[],
  say: (line: string) => void,
): Promise<Life> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(LIFE_MS)]);
  let ended = false;
  const told = new Set<string>();
  // The first look may fall into an outage, which the client reports as an error. The test repeats it.
  const following = pRetry(
    () => follow({ mainspring, print: say, signal, yes: true }, run, undefined, told),
    { retries: 120, minTimeout: 500, maxTimeout: 1_000, signal },
  ).finally(() => (ended = true));
  following.catch(() => undefined);
  const unspent = [...kills];
  const spent: Life['spent'] = [];

  /** Undefined while no server answers. */
  const look = async (): Promise<LifecycleState | undefined> =>
    (await mainspring.lifecycles.status(run).catch(() => undefined))?.state;

  async function reached(stage: Stage): Promise<boolean> {
    for (;;) {
      if (ended) return false;
      const state = await look();
      if (state?.outcome) return false;
      if (state && placeOf(state.stage) >= placeOf(stage)) return true;
      await pause(LOOK_MS);
    }
  }

  async function strike({ target }: Kill): Promise<boolean> {
    const deadline = Date.now() + TARGET_PATIENCE_MS;
    while (!ended && Date.now() < deadline) {
      if (await world.kill(target)) return true;
      if (target === 'job' && placeOf((await look())?.stage ?? 'training') > placeOf('training'))
        return false;
      await pause(LOOK_MS);
    }
    return false;
  }

  try {
    for (const kill of kills) {
      if (!(await reached(kill.stage))) break;
      await pause(kill.delayMs);
      const stage = (await look())?.stage ?? 'unknown';
      if (ended) break;
      if (!(await strike(kill))) continue;
      unspent.splice(unspent.indexOf(kill), 1);
      spent.push({ target: kill.target, stage });
      say(`    kill -9 ${kill.target} in ${stage}`);
    }
    return { run, state: await following, unspent, spent };
  } finally {
    over.abort();
  }
}
