import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ApprovalState } from '../../contracts/approval.js';
import { lifecycleId, studyId } from '../../contracts/ids.js';
import type { LifecycleState } from '../../contracts/lifecycle.js';
import { Leaderboard } from '../../contracts/training.js';
import { intervalMs, runName } from '../fields.js';
import { type RunName, findRun } from '../lookup/find-run.js';
import { troublesOfRun } from '../lookup/troubles.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { isOpen } from '../ports/workflows.js';
import { fullDisksOf } from '../system/checks/disk.js';
import { RunStatus, stateOf } from './status.js';

export const Watched = z.strictObject({
  ...RunStatus.shape,
  leaderboard: Leaderboard.nullable(),
  approval: ApprovalState.nullable(),
  /** Status of a workflow that ended without an outcome, e.g. `TERMINATED`; null otherwise. */
  ended: z.string().nullable(),
});
export type Watched = z.infer<typeof Watched>;

/** Troubles cost one request for each open workflow of the run, and are shown from an age of one minute on. */
const TROUBLES_EVERY_MS = 15_000;

/** Retries, failing workflows and full disks, each of which may keep a run from going on. */
type Hindrances = Pick<RunStatus, 'troubles' | 'fullDisks'>;
const none: Hindrances = { troubles: [], fullDisks: [] };

/** Looks for the hindrances of a run, at most once every 15 seconds. */
function rarely(services: Services): (run: RunName) => Promise<Hindrances> {
  let known = none;
  let atMs = 0;
  return async (run) => {
    if (Date.now() - atMs < TROUBLES_EVERY_MS) return known;
    atMs = Date.now();
    const [troubles, fullDisks] = await Promise.all([troublesOfRun(services, run), fullDisksOf(services)]);
    known = { troubles, fullDisks };
    return known;
  };
}

async function look(
  services: Services,
  text: string,
  hindrancesOf: (run: RunName) => Promise<Hindrances>,
  again = false,
): Promise<Watched> {
  const name = await findRun(services, text);
  const current = await stateOf(services, name);
  const { model, run, stage } = current.state;
  const workflows = await services.workflows();
  const isTraining = stage === 'training' && current.state.outcome === null;
  const [leaderboard, approval, workflow] = await Promise.all([
    isTraining ? workflows.ask<Leaderboard>(studyId(model, run), 'leaderboard') : undefined,
    current.state.approval === null
      ? undefined
      : workflows.ask<ApprovalState>(current.state.approval, 'state'),
    workflows.status(lifecycleId(model, run)),
  ]);
  const silent = !isOpen(workflow) && current.state.outcome === null;
  // The run may have ended between the two requests. Only if a second look finds no outcome either, it left none.
  if (silent && !again) return look(services, text, hindrancesOf, true);
  return {
    ...current,
    ...(current.state.outcome === null && !silent ? await hindrancesOf(name) : none),
    leaderboard: leaderboard ?? null,
    approval: approval ?? null,
    ended: silent ? (workflow ?? 'GONE') : null,
  };
}

/** A state from the database, completed by the notes and times that the workflow told before its workers went away. */
function remembering(recorded: LifecycleState, live: LifecycleState): LifecycleState {
  const stages = recorded.stages.map((stage) => {
    const known = live.stages.find((other) => other.stage === stage.stage);
    return known ? { ...known, state: known.state === 'done' ? known.state : stage.state } : stage;
  });
  return { ...recorded, stages, version: recorded.version ?? live.version };
}

/** Yields every change of a run. If a server goes away for a while, it is asked again. */
async function* changesOf(
  services: Services,
  text: string,
  pauseMs: number,
  signal: AbortSignal,
): AsyncGenerator<Watched, void, void> {
  let last = '';
  let live: LifecycleState | undefined;
  let seen = false;
  const hindrancesOf = rarely(services);
  for (;;) {
    let now: Watched | undefined;
    try {
      now = await look(services, text, hindrancesOf);
      seen = true;
    } catch (error) {
      // An error of the first look is thrown. After a successful look the run is followed through an outage.
      if (!seen) throw error;
    }
    if (now?.source === 'workflow') live = now.state;
    else if (now && live) now = { ...now, state: remembering(now.state, live) };
    const shown = JSON.stringify(now);
    if (now && shown !== last) {
      last = shown;
      yield now;
    }
    if (now && (now.state.outcome !== null || now.ended !== null)) return;
    try {
      await sleep(pauseMs, undefined, { signal });
    } catch {
      return;
    }
  }
}

export const watch = defineOperation({
  name: 'lifecycles.watch',
  summary: 'Every change of a run until it ends, beginning with its state now',
  who: 'anyone',
  effect: 'stream',
  input: z.strictObject({ run: runName, intervalMs }),
  output: Watched,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
  },
  http: { method: 'GET', path: '/v1/lifecycles/{run}/watch' },
  resume: (input, { state: { model, run } }) => ({ ...input, run: `${model}/${run}` }),
  run: (services, { run, intervalMs: pauseMs }, _caller, signal) => changesOf(services, run, pauseMs, signal),
});
