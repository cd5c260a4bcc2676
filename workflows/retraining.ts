import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { LoopActivities } from '../activities/monitoring/index.js';
import { Instant, Sha256 } from '../contracts/artifacts.js';
import { parseOrFail } from '../contracts/failures.js';
import { lifecycleId } from '../contracts/ids.js';
import { type LifecycleInput, lifecycleEnded } from '../contracts/lifecycle.js';
import {
  RetrainingInput,
  Trigger,
  type TriggerRecord,
  configureRetraining,
  monitoringClock,
  retrainingLog,
  trigger,
} from '../contracts/retraining.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { RetrainingSpec } from '../contracts/spec/monitoring.js';
import { TaskQueue } from '../contracts/task-queues.js';
import { retrainingDetails } from './policy/retraining-details.js';
import {
  type ControllerState,
  type Verdict,
  advanced,
  decide,
  launched,
  released,
  settle,
} from './policy/retraining.js';

/** The database may be away for days; the controller waits for it rather than lose a record. */
const { recordTrigger, isLifecycleOpen } = proxyActivities<LoopActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '1 minute', maximumAttempts: 10_000 },
});

/** Undecided triggers that may be carried into a new run: a payload's worth, and no more. */
const MAX_CARRIED = 500;
/** A detail is carried in the log, the record and the lifecycle's reason. */
const MAX_DETAIL_CHARS = 1_000;

/** Decides, for one model, when a lifecycle starts again: every trigger is answered and recorded, at most one run is in flight. */
export async function retraining(raw: RetrainingInput): Promise<void> {
  let state: ControllerState = parseOrFail(RetrainingInput, raw);
  const pending = state.pending;
  const show = () => setCurrentDetails(retrainingDetails(state));

  setHandler(
    trigger,
    (heard) => {
      const parsed = Trigger.safeParse(heard);
      if (parsed.success)
        pending.push({ ...parsed.data, detail: parsed.data.detail.slice(0, MAX_DETAIL_CHARS) });
      else log.warn('signal that is not a trigger ignored', { error: parsed.error.message });
    },
    {
      description:
        'A reason to retrain: {"id": "manual/why", "kind": "manual", "at": null, "detail": "why"}.',
    },
  );
  setHandler(
    monitoringClock,
    (heard) => {
      const now = Instant.safeParse(heard?.now);
      if (now.success) state = advanced(state, now.data);
      show();
    },
    { description: 'The monitor has closed its windows up to {"now": "2001-02-08T00:00:00Z"}.' },
  );
  setHandler(
    lifecycleEnded,
    (ended) => {
      state = released(state, ended.run);
      show();
    },
    { description: 'A lifecycle tells that it ended.' },
  );
  setHandler(
    configureRetraining,
    ({ specDigest, spec }) => {
      state = { ...state, specDigest, spec: RetrainingSpec.parse(spec) };
      tag(state);
      show();
      return state.spec;
    },
    {
      description: 'Use another spec from now on: {"specDigest": "…", "spec": {…}}.',
      validator: (next?: { specDigest?: unknown; spec?: unknown }) => {
        parseOrFail(Sha256, next?.specDigest);
        parseOrFail(RetrainingSpec, next?.spec);
      },
    },
  );
  setHandler(
    retrainingLog,
    () => ({ inFlight: state.inFlight?.run ?? null, now: state.now, log: state.log }),
    {
      description: 'What became of the newest triggers, and why.',
    },
  );
  tag(state);
  show();

  for (;;) {
    await condition(() => pending.length > 0);
    await answer(pending.shift() as Trigger);
    show();
    if (workflowInfo().continueAsNewSuggested && pending.length <= MAX_CARRIED) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof retraining>({ ...state, pending });
    }
  }

  async function answer(next: Trigger): Promise<void> {
    let verdict = decide(state, next);
    if (verdict.verdict === 'refused' && verdict.blockedBy && (await hasVanished(verdict.blockedBy))) {
      verdict = decide(state, next);
    }
    if (verdict.verdict === 'duplicate') return;
    let record = recordOf(next, verdict);
    if (verdict.verdict === 'fired') {
      state = launched(state, verdict);
      if (!(await start(state, next, verdict))) {
        state = released(state, verdict.run);
        const reason = `run ${verdict.run} exists already: an instant is retrained once`;
        record = { ...record, verdict: 'refused', reason, run: null };
      }
    }
    state = settle(state, next, record);
    await recordTrigger({ model: state.model, record });
  }

  /** A lifecycle that was terminated never says that it ended. */
  async function hasVanished(run: string): Promise<boolean> {
    if (await isLifecycleOpen({ model: state.model, run })) return false;
    state = released(state, run);
    return true;
  }
}

function tag({ model, specDigest }: ControllerState): void {
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: model },
    { key: SearchAttribute.SpecDigest, value: specDigest },
  ]);
}

const recordOf = (next: Trigger, verdict: Exclude<Verdict, { verdict: 'duplicate' }>): TriggerRecord => ({
  ...next,
  at: verdict.at,
  verdict: verdict.verdict,
  reason: verdict.reason,
  run: verdict.verdict === 'fired' ? verdict.run : null,
});

/** Starts the lifecycle, which outlives this controller. False: its run exists already. */
async function start(
  { model, specDigest, spec, startedBy }: ControllerState,
  next: Trigger,
  { run, at }: { run: string; at: string },
): Promise<boolean> {
  const input: LifecycleInput = {
    model,
    run,
    specDigest,
    asOf: at,
    startedBy,
    reason: `${next.kind}: ${next.detail}`,
    triggerId: next.id,
    history: spec.trainOn.last,
    reuseHyperparameters: spec.reuseHyperparameters,
  };
  try {
    await startChild('lifecycle', {
      workflowId: lifecycleId(model, run),
      args: [input],
      taskQueue: TaskQueue.control,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: `Lifecycle of ${model} ${run}: ${next.kind}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
