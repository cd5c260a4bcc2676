import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalState } from '../../contracts/approval.js';
import { lifecycleId, studyId } from '../../contracts/ids.js';
import type { LifecycleState } from '../../contracts/lifecycle.js';
import type { Leaderboard } from '../../contracts/training.js';
import type { Services } from '../services/services.js';
import { type RunStatus, status } from './status.js';

export interface Watched extends RunStatus {
  leaderboard: Leaderboard | null;
  approval: ApprovalState | null;
  /** Set when the workflow ended without saying so itself: terminated, timed out. */
  ended: string | null;
}

async function look(services: Services, text: string, again = false): Promise<Watched> {
  const current = await status(services, text);
  const { model, run, stage } = current.state;
  const temporal = await services.temporal();
  const isTraining = stage === 'training' && current.state.outcome === null;
  const [leaderboard, approval, described] = await Promise.all([
    isTraining ? temporal.ask<Leaderboard>(studyId(model, run), 'leaderboard') : undefined,
    current.state.approval === null
      ? undefined
      : temporal.ask<ApprovalState>(current.state.approval, 'state'),
    temporal.client.workflow.getHandle(lifecycleId(model, run)).describe(),
  ]);
  const isOpen = described.status.name === 'RUNNING' || described.status.name === 'PAUSED';
  const silent = !isOpen && current.state.outcome === null;
  // It may have ended between the two questions: only a second look without an outcome means that it left none.
  if (silent && !again) return look(services, text, true);
  return {
    ...current,
    leaderboard: leaderboard ?? null,
    approval: approval ?? null,
    ended: silent ? described.status.name : null,
  };
}

/** A state on record, with the notes and times that the workflow told before its workers went away. */
function remembering(recorded: LifecycleState, live: LifecycleState): LifecycleState {
  const stages = recorded.stages.map((stage) => {
    const known = live.stages.find((other) => other.stage === stage.stage);
    return known ? { ...known, state: known.state === 'done' ? known.state : stage.state } : stage;
  });
  return { ...recorded, stages, version: recorded.version ?? live.version };
}

export interface WatchOptions {
  /** Time between two looks. */
  intervalMs?: number;
  signal?: AbortSignal;
}

/** Every change of a run until it ends. A server that goes away for a while is waited for. */
export async function* watch(
  services: Services,
  text: string,
  { intervalMs = 1_000, signal }: WatchOptions = {},
): AsyncGenerator<Watched, void, void> {
  let last = '';
  let live: LifecycleState | undefined;
  let seen = false;
  for (;;) {
    let now: Watched | undefined;
    try {
      now = await look(services, text);
      seen = true;
    } catch (error) {
      // Unknown run or no servers at all is an error; one that was seen is followed through an outage.
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
      await sleep(intervalMs, undefined, signal ? { signal } : {});
    } catch {
      return;
    }
  }
}
