import type { Client } from '@temporalio/client';
import { SearchAttribute } from '../../../contracts/search-attributes.js';

/** Code of gRPC for a query that names a search attribute which the server does not have. */
const INVALID_ARGUMENT = 3;

function isUnknownAttribute(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && at.code === INVALID_ARGUMENT) return true;
  return false;
}

/**
 * Ids of open workflows that may be stuck. A workflow that tries something again for a minute says so by the search attribute
 * `Retrying`, and the server marks one whose code fails by `TemporalReportedProblems`; older servers do not. Workflows other
 * than jobs are few, so that all of them are looked at: without a worker of pool control no workflow can set its attribute.
 */
export async function suspectsOf(
  client: Pick<Client, 'workflow'>,
  { marked, limit }: { marked: boolean; limit: number },
): Promise<string[]> {
  const conditions = [
    `${SearchAttribute.Retrying.name} IS NOT NULL`,
    'TemporalReportedProblems IS NOT NULL',
    ...(marked ? [] : ["WorkflowType != 'trainingJob'"]),
  ];
  const ids = new Set<string>();
  for (const condition of conditions)
    try {
      const query = `ExecutionStatus = 'Running' AND ${condition}`;
      for await (const { workflowId } of client.workflow.list({ query })) {
        if (ids.size >= limit) return [...ids];
        ids.add(workflowId);
      }
    } catch (error) {
      if (!isUnknownAttribute(error)) throw error;
    }
  return [...ids];
}
