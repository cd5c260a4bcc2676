import { executeChild } from '@temporalio/workflow';
import { APPROVAL_SUBJECTS } from '../../../contracts/approval-subjects/index.js';
import { approvalId } from '../../../contracts/ids.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun, VersionRef } from '../../../contracts/registry.js';
import type { approval } from '../../approval/approval.js';
import { approvalSummary } from '../approval-summary.js';
import type { StageTracker } from '../stage-tracker.js';
import type { Ended } from './ended.js';
import type { Judged } from './evaluation.js';
import { child } from '../../child.js';
import type { StageResult } from './proxies.js';

export async function askForApproval(
  input: LifecycleInput,
  opened: OpenedRun,
  { version }: VersionRef,
  { evaluation, gate }: Judged,
  tracker: StageTracker,
): Promise<StageResult<Ended | undefined>> {
  const { model, run, specDigest, startedBy } = input;
  const workflowId = approvalId(`${model}/${version}`, 1);
  tracker.setApproval(workflowId);
  const decided = await executeChild<typeof approval>('approval', {
    ...child,
    workflowId,
    args: [
      {
        model,
        run,
        specDigest,
        subject: `${model}/${version}`,
        version,
        evidenceDigest: evaluation.evidenceDigest,
        ...APPROVAL_SUBJECTS.release.deciders(opened.packed.spec, Date.now()),
        startedBy,
        summary: approvalSummary(model, version, evaluation),
        decisions: gate.decisions,
      },
    ],
    staticSummary: `Approval of ${model} version ${version}`,
  });
  tracker.setApproval(null);
  const voters = decided.votes
    .map((vote) => `${vote.by} (${vote.role}): ${vote.verdict}${vote.note ? ` – ${vote.note}` : ''}`)
    .join(', ');
  if (decided.status === 'APPROVED') return { value: undefined, note: `approved by ${voters}` };
  const outcome = decided.status === 'REJECTED' ? 'rejected' : 'expired';
  return {
    value: { outcome, reason: `approval ${decided.status.toLowerCase()}: ${voters || 'no votes'}` },
    note: decided.status.toLowerCase(),
  };
}
