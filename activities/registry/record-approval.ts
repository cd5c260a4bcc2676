import { parseOrFail } from '../../contracts/failures.js';
import { RecordApprovalInput } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Record the newest state of an approval and its votes.
 *
 * Idempotent by approval id and voter; a late retry with an earlier state never replaces a decision. Short: no
 * heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeRecordApproval({ registry }: { registry: Pick<Registry, 'recordApproval'> }) {
  return async function recordApproval(input: RecordApprovalInput): Promise<void> {
    await registry.recordApproval(parseOrFail(RecordApprovalInput, input));
  };
}
