import {
  ActivityFailure,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { LoopActivities } from '../../activities/monitoring/index.js';
import { isNotAhead } from '../../contracts/primitives/is-not-ahead.js';
import { text } from '../../contracts/primitives/text.js';
import { visible } from '../../contracts/primitives/visible.js';
import { parseOrFail } from '../../contracts/failures.js';
import { lifecycleId } from '../../contracts/ids.js';
import { LifecycleEnded, type LifecycleInput, lifecycleEnded } from '../../contracts/lifecycle.js';
import {
  ConfigureRetraining,
  MonitoringClock,
  RetrainingInput,
  Trigger,
  type TriggerRecord,
  configureRetraining,
  monitoringClock,
  retrainingLog,
  trigger,
} from '../../contracts/retraining.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { retrainingDetails } from './retraining-details.js';
import {
  type ControllerState,
  type TriggerOutcome,
  advanced,
  decide,
  launched,
  released,
  withRecord,
} from '../policy/retraining.js';
import { rootMessage } from '../policy/root-message.js';
import { forTemporal } from '../for-temporal.js';
import { onSignal } from '../on-signal.js';

/** The database may be away for days. The controller waits for it, so that no record is lost. */
const { recordTrigger, isLifecycleOpen } = proxyActivities<LoopActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '1 minute', maximumAttempts: 10_000 },
});

/** Most undecided triggers that are carried into a new run, limited by the size of a payload. */
const MAX_CARRIED = 500;
/** Longest detail of a trigger. It appears in the log, the record and the lifecycle's reason. */
const MAX_DETAIL_CHARS = 1_000;

/**
 * Decides, for one model, when the next lifecycle starts. Every trigger is answered and recorded; at most one run
 * is in flight.
 */
export async function retraining(raw: RetrainingInput): Promise<void> {
  let state: ControllerState = parseOrFail(RetrainingInput, raw);
  const pending = state.pending;
  const show = () => setCurrentDetails(retrainingDetails(state));

  onSignal(
    trigger,
    Trigger.extend({ id: text(200) }).refine(
      ({ at }) => at === null || isNotAhead(at, Date.now()),
      '`at` lies in the future',
    ),
    // The monitor names new values of a column, which may hold anything.
    (heard) => void pending.push({ ...heard, detail: visible(heard.detail).slice(0, MAX_DETAIL_CHARS) }),
    {
      description:
        'A reason to retrain: {"id": "manual/why", "kind": "manual", "at": null, "detail": "why"}.',
    },
  );
  onSignal(
    monitoringClock,
    MonitoringClock.refine(({ now }) => isNotAhead(now, Date.now()), '`now` lies in the future'),
    ({ now }) => {
      state = advanced(state, now);
      show();
    },
    { description: 'The monitor has closed its windows up to {"now": "2001-02-08T00:00:00Z"}.' },
  );
  onSignal(
    lifecycleEnded,
    LifecycleEnded,
    ({ run }) => {
      state = released(state, run);
      show();
    },
    { description: 'A lifecycle tells that it ended.' },
  );
  setHandler(
    forTemporal(configureRetraining),
    (next) => {
      const { version, ...spec } = ConfigureRetraining.parse(next);
      state = { ...state, ...spec, ...(version === undefined ? {} : { champion: version }) };
      tag(state);
      show();
      return state.spec;
    },
    {
      description: 'Use another spec from now on: {"specDigest": "…", "spec": {…}}.',
      validator: (next: unknown) => void parseOrFail(ConfigureRetraining, next),
    },
  );
  setHandler(
    forTemporal(retrainingLog),
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
    state = withRecord(state, next, record);
    await recordTrigger({ model: state.model, record }).catch(setAside(`trigger ${next.id} is not recorded`));
  }

  /** True when the lifecycle is closed: a terminated lifecycle never reports its end. */
  async function hasVanished(run: string): Promise<boolean> {
    const asked = isLifecycleOpen({ model: state.model, run });
    if ((await asked.catch(setAside(`run ${run} counts as open`))) !== false) return false;
    state = released(state, run);
    return true;
  }
}

/** An activity that failed for good ends nothing: one bad trigger must not stop the controller. */
const setAside =
  (consequence: string) =>
  (error: unknown): undefined => {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    log.error(consequence, { cause: rootMessage(error) });
    return undefined;
  };

function tag({ model, specDigest }: ControllerState): void {
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: model },
    { key: SearchAttribute.SpecDigest, value: specDigest },
  ]);
}

const recordOf = (
  next: Trigger,
  verdict: Exclude<TriggerOutcome, { verdict: 'duplicate' }>,
): TriggerRecord => ({
  ...next,
  at: verdict.at,
  verdict: verdict.verdict,
  reason: verdict.reason,
  run: verdict.verdict === 'fired' ? verdict.run : null,
});

/** Start the lifecycle, which outlives this controller. Returns false if the run exists already. */
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
