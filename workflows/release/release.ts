import {
  ActivityCancellationType,
  TemporalFailure,
  condition,
  isCancellation,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeploymentActivities } from '../../activities/deployment/index.js';
import { FailureType, MainspringFailure, fail, failureIn, parseOrFail } from '../../contracts/failures.js';
import { ReleaseInput, type ReleaseResult, type RouteTable } from '../../contracts/release.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import { fractionOf } from '../../contracts/primitives/share.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { percent } from '../../contracts/figures.js';
import { judgeCanary, nextLookMs } from '../policy/guardrails.js';
import { messageAndRemedy, rootMessage } from '../policy/root-message.js';
import { AFTER_CANCEL } from '../after-cancel.js';
import { settleWithin } from '../settle-within.js';
import { type ReleaseTracker, trackRelease } from './release-tracker.js';

const retry = {
  initialInterval: '250 milliseconds',
  maximumInterval: '15 seconds',
  maximumAttempts: 80,
} as const;

const { readRoutes, setRoutes } = proxyActivities<DeploymentActivities>({
  taskQueue: TaskQueue.deployment,
  startToCloseTimeout: '30 seconds',
  retry,
});
/**
 * Longer than every wait that this workflow requests. These activities only read, so a cancelled one is not waited
 * for.
 */
const { awaitObserved, watchCanary } = proxyActivities<DeploymentActivities>({
  taskQueue: TaskQueue.deployment,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
});
/** The database may be away for days. The question of which version serves must be settled nevertheless. */
const { promote, rollBack } = proxyActivities<DeploymentActivities>({
  taskQueue: TaskQueue.deployment,
  startToCloseTimeout: '30 seconds',
  retry: { ...retry, maximumInterval: '1 minute', maximumAttempts: 10_000 },
});

/** Time for gateways to load and warm up the candidate; after it the release is rolled back. */
const LOAD_PATIENCE_MS = 10 * 60_000;
/** Time to wait for gateways after a promotion. The promotion stands, even if some are late. */
const PROMOTED_PATIENCE_MS = 30_000;
/** Longest wait of one look at the gateways. */
const LOOK_MS = 20_000;
const BETWEEN_LOOKS_MS = 500;
/** Wait between looks while no gateway is alive. */
const NOBODY_THERE_MS = 5_000;
/** Longest look at a canary: half of its activity's time limit. */
const MAX_CANARY_LOOK_MS = 30 * 60_000;

/** Bring a candidate to all traffic step by step, or restore the state before. */
export async function release(raw: ReleaseInput): Promise<ReleaseResult> {
  const input = parseOrFail(ReleaseInput, raw);
  const tracker = trackRelease(input);
  // The compensation is registered before the first step. It is safe even if no step ran.
  try {
    return await tracker.abortable(() => rollOut(input, tracker));
  } catch (error) {
    if (!isExpected(error)) throw error;
    const reason = reasonOf(error, tracker);
    const result = await settleWithin(AFTER_CANCEL.release, () => undo(input, tracker, reason));
    if (isCancellation(error) && !tracker.aborted) throw error;
    return result;
  }
}

async function rollOut(input: ReleaseInput, tracker: ReleaseTracker): Promise<ReleaseResult> {
  const { model, candidate } = input;
  const before = await readRoutes({ model });
  tracker.setChampion(before?.champion?.version ?? null);
  if (before?.champion?.version === candidate.version) {
    const reason = `version ${candidate.version} is the champion already`;
    tracker.enter('promoted', reason);
    return { outcome: 'promoted', reason, evidence: null, generation: before.generation };
  }
  refuseOldEvidence(input, before);
  const loaded = await load(input, tracker, before);
  const { routes, why } = loaded.champion
    ? await canary(input, tracker, loaded)
    : { routes: loaded, why: 'no champion to compare with: promoted after warm-up, without a canary' };
  await condition(() => !tracker.state.paused);
  return makeChampion(input, tracker, routes, why);
}

/** Evidence is only valid for the champion that the candidate was compared with. */
function refuseOldEvidence({ candidate, comparedWith }: ReleaseInput, before: RouteTable | null): void {
  const now = before?.champion?.version ?? null;
  if (comparedWith === undefined || comparedWith === now) return;
  throw fail(
    FailureType.ChampionChanged,
    `version ${candidate.version} was compared with ${comparedWith === null ? 'no champion' : `version ${comparedWith}`}, and ${now === null ? 'there is none' : `version ${now} is the champion`} now`,
    { remedy: 'Start the lifecycle again.' },
  );
}

/** Load the candidate beside the champion, without traffic, until every gateway has warmed it up. */
async function load(
  input: ReleaseInput,
  tracker: ReleaseTracker,
  before: RouteTable | null,
): Promise<RouteTable> {
  const { model, candidate } = input;
  const { workflowId } = workflowInfo();
  tracker.enter('loading', `version ${candidate.version} joins the routes`);
  const champion = before?.champion ?? null;
  const routes = await setRoutes({
    ...identity(input),
    expectedGeneration: before?.generation ?? 0,
    table: { model, champion, candidate, candidateShare: 0, salt: workflowId },
    reason: `version ${candidate.version} is loaded`,
  });
  tracker.enter('warming', 'gateways load the model');
  await served(routes, tracker, LOAD_PATIENCE_MS);
  return routes;
}

async function canary(
  input: ReleaseInput,
  tracker: ReleaseTracker,
  loaded: RouteTable,
): Promise<{ routes: RouteTable; why: string }> {
  const { model, candidate, spec } = input;
  await condition(() => !tracker.state.paused);
  const share = fractionOf(spec.canary.share);
  const { generation, ...table } = loaded;
  const routes = await setRoutes({
    ...identity(input),
    expectedGeneration: generation,
    table: { ...table, candidateShare: share },
    reason: `canary of ${percent(share)}`,
  });
  tracker.setShare(share);
  tracker.enter('canary', `${percent(share)} of entities are answered by version ${candidate.version}`);
  await served(routes, tracker, LOAD_PATIENCE_MS);

  const startedAt = Date.now();
  const pausedBefore = tracker.pausedMs();
  // A pause stops the clock and moves the canary's deadline by its length.
  const clock = () => {
    const elapsedMs = Date.now() - startedAt - (tracker.pausedMs() - pausedBefore);
    return { elapsedMs, leftMs: durationMs(spec.canary.maxTime) - elapsedMs };
  };
  let known = { requests: 0, errors: 0 };
  for (;;) {
    const evidence = await watchCanary({
      model,
      version: candidate.version,
      generation: routes.generation,
      wantedRequests:
        known.requests < spec.canary.minRequests ? spec.canary.minRequests : Number.MAX_SAFE_INTEGER,
      knownErrors: known.errors,
      patienceMs: Math.min(nextLookMs(spec.canary, clock()), MAX_CANARY_LOOK_MS),
    });
    const { verdict, why } = judgeCanary(spec, evidence, clock());
    tracker.note(why, evidence);
    if (verdict === 'breach') throw new GuardrailBreached(why);
    if (verdict === 'pass' && !tracker.state.paused) return { routes, why };
    known = evidence;
    await sleep(BETWEEN_LOOKS_MS);
  }
}

/** Not in the failure register, because it never leaves this workflow. */
class GuardrailBreached extends Error {}

/** Any other error is a mistake in the code: it must not look like a rollback. */
const isExpected = (error: unknown): boolean =>
  error instanceof TemporalFailure ||
  error instanceof MainspringFailure ||
  error instanceof GuardrailBreached;

/** A cancel does not interrupt it at once: either it is committed, or the release rolls back. */
const makeChampion = (
  input: ReleaseInput,
  tracker: ReleaseTracker,
  { generation }: RouteTable,
  why: string,
): Promise<ReleaseResult> =>
  settleWithin(AFTER_CANCEL.promotion, async () => {
    const { evidence } = tracker.state;
    tracker.enter('promoting', why);
    const end = await promote({ ...identity(input), expectedGeneration: generation, reason: why, evidence });
    tracker.setShare(1);
    tracker.enter('promoted', why);
    const reason = await served({ ...end, model: input.model }, tracker, PROMOTED_PATIENCE_MS).then(
      () => why,
      (error: unknown) => `${why}; ${reasonOf(error, tracker)}`,
    );
    tracker.enter('promoted', reason);
    return { ...end, reason, evidence };
  });

async function undo(input: ReleaseInput, tracker: ReleaseTracker, reason: string): Promise<ReleaseResult> {
  const { evidence } = tracker.state;
  tracker.enter('rolling-back', reason);
  const end = await rollBack({ ...identity(input), reason, evidence });
  // The database decides: a promotion whose answer was lost stands.
  tracker.setShare(end.outcome === 'promoted' ? 1 : 0);
  tracker.enter(end.outcome, reason);
  return { ...end, reason, evidence };
}

/** Wait until every live gateway serves these routes. */
async function served(
  { model, generation }: Pick<RouteTable, 'model' | 'generation'>,
  tracker: ReleaseTracker,
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let known = '';
  for (;;) {
    const left = Math.max(0, deadline - Date.now());
    const { state, why } = await awaitObserved({
      model,
      generation,
      known,
      patienceMs: Math.min(LOOK_MS, left),
    });
    tracker.note(why);
    if (state === 'observed') return;
    if (state === 'refused') throw fail(FailureType.WarmUpFailed, why);
    if (Date.now() >= deadline)
      throw fail(FailureType.ServingUnreachable, `${why} (waited ${Math.round(patienceMs / 1_000)} s)`);
    await sleep(state === 'unreachable' && why === known ? NOBODY_THERE_MS : BETWEEN_LOOKS_MS);
    known = why;
  }
}

const identity = ({ model, run, candidate }: ReleaseInput) => ({
  release: workflowInfo().workflowId,
  model,
  run,
  version: candidate.version,
});

/** The recorded reason: failure type and message of the first error. */
function reasonOf(error: unknown, { aborted }: ReleaseTracker): string {
  if (aborted) return `aborted by ${aborted.by}: ${aborted.reason}`;
  if (isCancellation(error)) return 'the release was cancelled';
  const failure = failureIn(error);
  return failure ? `${failure.type}: ${messageAndRemedy(failure)}` : rootMessage(error);
}
