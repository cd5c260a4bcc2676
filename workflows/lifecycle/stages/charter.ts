import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun } from '../../../contracts/registry.js';
import { type StageResult, record } from './proxies.js';

/**
 * The charter comes first (steps 1–4 of docs/paper.md): goal, measure and owners are recorded before anything
 * starts.
 */
export async function openCharter(input: LifecycleInput): Promise<StageResult<OpenedRun>> {
  const { model, run, specDigest, asOf, startedBy, reason, triggerId } = input;
  const opened = await record.openRun({ model, run, specDigest, asOf, startedBy, reason, triggerId });
  const { goal, success } = opened.packed.spec.charter;
  const bar =
    success.atLeast !== undefined ? `at least ${success.atLeast}` : `at most ${success.atMost ?? ''}`;
  return { value: opened, note: `${goal} Success: ${success.metric} ${bar}.` };
}
