import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { retrainingId } from '../../contracts/ids.js';
import { LifecycleInput, type LifecycleResult, lifecycleEnded } from '../../contracts/lifecycle.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { messageAndRemedy } from '../policy/root-message.js';
import { ifPossible } from '../after-cancel.js';
import { type Ending, openEnding } from './ending.js';
import { type StageTracker, trackStages } from './stage-tracker.js';
import { askForApproval } from './stages/approval.js';
import { openCharter } from './stages/charter.js';
import { prepareData } from './stages/data.js';
import type { Ended } from './stages/ended.js';
import { evaluate, refusal } from './stages/evaluation.js';
import { closeTheLoop } from './stages/loop.js';
import { afterCancel, record } from './stages/proxies.js';
import { register } from './stages/registry.js';
import { roll } from './stages/release.js';
import { train } from './stages/training.js';
import { forTemporal } from '../for-temporal.js';

/** One pass from data to a model version that is released or refused. */
export async function lifecycle(raw: LifecycleInput): Promise<LifecycleResult> {
  const input = parseOrFail(LifecycleInput, raw);
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: input.model },
    { key: SearchAttribute.SpecDigest, value: input.specDigest },
  ]);
  const tracker = trackStages(input);
  const ending = openEnding();
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
    const ended = await ending.whileWanted(() => stages(input, tracker, result));
    return await CancellationScope.nonCancellable(() =>
      close(input, tracker, ending, { ...result, ...ended }),
    );
  } catch (error) {
    const ended = endOf(error, ending, result);
    const closed = await CancellationScope.nonCancellable(() =>
      close(input, tracker, ending, { ...result, ...ended }),
    );
    if (ending.request && ended.outcome !== 'failed') return closed;
    if (ending.request) throw fail(FailureType.EndedByOperator, ended.reason);
    throw error;
  }
}

/** How a run ended whose stages threw. */
function endOf(error: unknown, { request, words, isDue }: Ending, { reason }: LifecycleResult): Ended {
  if (isDue && reason !== '')
    return { outcome: 'promoted', reason: `${reason}; its monitor was not started: ${words ?? 'cancelled'}` };
  if (request && words !== undefined) return { outcome: request.outcome, reason: words };
  return { outcome: isCancellation(error) ? 'cancelled' : 'failed', reason: messageAndRemedy(error) };
}

/** The stages of a lifecycle, in order. Fills in `result` on the way. */
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
    roll(input, opened, data, version, trained.job, judged.evaluation),
  );
  if (undone) return undone;
  // The alias has moved. A cancel that arrives now must not leave a champion without a monitor.
  const reason = `version ${version.version} is the champion`;
  result.reason = reason;
  await CancellationScope.nonCancellable(() =>
    tracker.run('loop', () => closeTheLoop(input, opened, data, version, judged.evaluation)),
  );
  return { outcome: 'promoted', reason };
}

/** Records the outcome. If the database is away for too long, the run ends without it, and the reaper records it. */
async function recordEnd(ending: Ending, { model, run, outcome, reason }: LifecycleResult): Promise<void> {
  const end = { model, run, outcome, reason };
  const soon = () => ifPossible('the outcome is not recorded', () => afterCancel.closeRun(end));
  if (ending.isDue) return soon();
  try {
    await ifPossible('the outcome is not recorded', () => ending.unlessAsked(() => record.closeRun(end)));
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await soon();
  }
}

async function close(
  input: LifecycleInput,
  tracker: StageTracker,
  ending: Ending,
  result: LifecycleResult,
): Promise<LifecycleResult> {
  await recordEnd(ending, result);
  tracker.end(result.outcome, result.reason);
  if (input.triggerId !== null) {
    const ended = { run: input.run, outcome: result.outcome, reason: result.reason };
    // The controller may have been terminated. It then asks for the state of its run at the next trigger.
    await getExternalWorkflowHandle(retrainingId(input.model))
      .signal(forTemporal(lifecycleEnded), ended)
      .catch(() => undefined);
  }
  return result;
}
