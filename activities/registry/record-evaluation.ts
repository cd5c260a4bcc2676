import { parseOrFail } from '../../contracts/failures.js';
import { RecordEvaluationInput } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Record the evidence of a run and the decision of each gate, for refused candidates too.
 *
 * Idempotent by (model, run) and (model, run, gate). Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
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
