import { parseOrFail } from '../../contracts/failures.js';
import { RecordEvaluationInput } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Record the evidence of a run and what each gate made of it, also when the candidate was refused.
 *
 * Idempotent by (model, run) and (model, run, gate). Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeRecordEvaluation({
  registry,
}: {
  registry: Pick<Registry, 'recordEvaluation' | 'recordDecisions'>;
}) {
  return async function recordEvaluation(input: RecordEvaluationInput): Promise<void> {
    const { model, run, evaluation, decisions } = parseOrFail(RecordEvaluationInput, input);
    await registry.recordEvaluation(model, run, evaluation);
    await registry.recordDecisions(model, run, evaluation.evidenceDigest, decisions);
  };
}
