import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { FailureType, fail, parseOrFail } from '../contracts/failures.js';
import { retrainingId } from '../contracts/ids.js';
import {
  CancelRequest,
  LifecycleInput,
  type LifecycleResult,
  cancelLifecycle,
  lifecycleEnded,
} from '../contracts/lifecycle.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { rootMessage } from './policy/root-message.js';
import { type StageTracker, trackStages } from './stage-tracker.js';
import { askForApproval } from './stages/approval.js';
import { openCharter } from './stages/charter.js';
import { prepareData } from './stages/data.js';
import type { Ended } from './stages/ended.js';
import { evaluate, refusal } from './stages/evaluation.js';
import { closeTheLoop } from './stages/loop.js';
import { record } from './stages/proxies.js';
import { register } from './stages/registry.js';
import { roll } from './stages/release.js';
import { train } from './stages/training.js';

/** One pass from data to a released – or refused – model version. */
export async function lifecycle(raw: LifecycleInput): Promise<LifecycleResult> {
  const input = parseOrFail(LifecycleInput, raw);
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: input.model },
    { key: SearchAttribute.SpecDigest, value: input.specDigest },
  ]);
  const tracker = trackStages(input);
  const scope = new CancellationScope();
  let cancelled: CancelRequest | undefined;
  setHandler(
    cancelLifecycle,
    (request) => {
      cancelled = request;
      scope.cancel();
      return { accepted: true };
    },
    {
      description:
        'Stop the lifecycle: {"by": "name", "reason": "why"}. Jobs are stopped, a canary is rolled back.',
      validator: (request) => {
        if (!CancelRequest.safeParse(request).success)
          throw fail(FailureType.InvalidInput, 'cancel needs {"by": "name", "reason": "why"}');
        if (cancelled)
          throw fail(
            FailureType.InvalidInput,
            `already being cancelled by ${cancelled.by}: ${cancelled.reason}`,
          );
      },
    },
  );

  const result: LifecycleResult = {
    model: input.model,
    run: input.run,
    outcome: 'promoted',
    reason: '',
    version: null,
    metrics: null,
    decisions: [],
  };
  try {
    const ended = await scope.run(() => stages(input, tracker, result));
    return await CancellationScope.nonCancellable(() => close(input, tracker, { ...result, ...ended }));
  } catch (error) {
    const outcome = isCancellation(error) ? 'cancelled' : 'failed';
    const reason = cancelled ? `cancelled by ${cancelled.by}: ${cancelled.reason}` : rootMessage(error);
    const closed = await CancellationScope.nonCancellable(() =>
      close(input, tracker, { ...result, outcome, reason }),
    );
    if (cancelled && outcome === 'cancelled') return closed;
    throw error;
  }
}

/** The table of contents of a lifecycle. Fills `result` in as it learns. */
async function stages(input: LifecycleInput, tracker: StageTracker, result: LifecycleResult): Promise<Ended> {
  const opened = await tracker.run('charter', () => openCharter(input));
  const data = await tracker.run('data', () => prepareData(input, opened));
  const trained = await tracker.run('training', (note) => train(input, opened, data, note));
  const judged = await tracker.run('evaluation', () => evaluate(input, opened, data, trained.job));
  result.metrics = judged.evaluation.evidence.metrics.candidate;
  result.decisions = judged.gate.decisions;
  if (judged.gate.verdict === 'fail') return { outcome: 'refused', reason: refusal(judged.gate) };

  const version = await tracker.run('registry', () => register(input, opened, data, trained, judged));
  result.version = version.version;
  tracker.setVersion(version.version);
  const declined = await tracker.run('approval', () =>
    askForApproval(input, opened, version, judged, tracker),
  );
  if (declined) return declined;

  const undone = await tracker.run('release', () =>
    roll(input, opened, version, trained.job, judged.evaluation),
  );
  if (undone) return undone;
  // The alias has moved: a cancel that comes now must not leave a champion that nobody watches.
  await CancellationScope.nonCancellable(() =>
    tracker.run('loop', () => closeTheLoop(input, opened, version, judged.evaluation)),
  );
  return { outcome: 'promoted', reason: `version ${version.version} is the champion` };
}

async function close(
  input: LifecycleInput,
  tracker: StageTracker,
  result: LifecycleResult,
): Promise<LifecycleResult> {
  await record.closeRun({
    model: input.model,
    run: input.run,
    outcome: result.outcome,
    reason: result.reason,
  });
  tracker.end(result.outcome, result.reason);
  if (input.triggerId !== null) {
    const ended = { run: input.run, outcome: result.outcome, reason: result.reason };
    // The controller may have been terminated; it then asks for the state of its run at the next trigger.
    await getExternalWorkflowHandle(retrainingId(input.model))
      .signal(lifecycleEnded, ended)
      .catch(() => undefined);
  }
  return result;
}
