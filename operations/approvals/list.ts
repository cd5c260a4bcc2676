import { z } from 'zod';
import { ApprovalState, ApprovalStatus } from '../../contracts/approval.js';
import { Instant, Sha256 } from '../../contracts/artifacts.js';
import { Decision } from '../../contracts/evaluation.js';
import { subjectOf } from '../../contracts/approval-subjects/subject-of.js';
import { Role } from '../../contracts/spec/charter.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { isOpen } from '../ports/workflows.js';

export const PendingApproval = z.strictObject({
  /** Workflow id of the approval; `vote` takes it. */
  id: z.string(),
  model: z.string(),
  run: z.string(),
  version: z.int(),
  /** `<model>/<version>`, or `budget/<account>/<generation>`. */
  subject: z.string(),
  status: ApprovalStatus,
  missing: ApprovalState.shape.missing,
  votes: ApprovalState.shape.votes,
  evidenceDigest: Sha256,
  expiresAt: Instant,
  /** People that hold each role. */
  owners: z.partialRecord(Role, z.array(z.string())),
  startedBy: z.string(),
  /** Decisions of the gates. */
  decisions: z.array(Decision),
  /** The candidate's metrics. */
  metrics: z.record(z.string(), z.number()),
});
export type PendingApproval = z.infer<typeof PendingApproval>;

const MAX_APPROVALS = 200;

/** Pending approvals, newest first, with the evidence that a voter needs. No worker is needed. */
export async function pendingApprovals(services: Services): Promise<PendingApproval[]> {
  const { registry, views } = await services.records();
  const workflows = await services.workflows();
  const recorded = await views.approvals({ pending: true, limit: MAX_APPROVALS });
  const found = await Promise.all(
    recorded.map(async (approval): Promise<PendingApproval | undefined> => {
      // The record of a terminated approval stays PENDING. Only the server knows that the workflow has ended.
      if (!isOpen(await workflows.status(approval.id))) return undefined;
      const [run, version] = await Promise.all([
        registry.run(approval.model, approval.run),
        subjectOf(approval.state.subject).aboutVersion
          ? registry.version({ model: approval.model, version: approval.version })
          : undefined,
      ]);
      const packed = run && (await registry.loadSpec(run.specDigest));
      const live = await workflows.ask<ApprovalState>(approval.id, 'state');
      const state = live ?? approval.state;
      if (state.status !== ApprovalStatus.enum.PENDING) return undefined;
      return {
        id: approval.id,
        model: approval.model,
        run: approval.run,
        version: approval.version,
        subject: approval.state.subject,
        status: state.status,
        missing: state.missing,
        votes: state.votes,
        evidenceDigest: state.evidenceDigest,
        expiresAt: state.expiresAt,
        owners: packed?.spec.charter.owners ?? {},
        startedBy: run?.startedBy ?? '',
        decisions: version?.decisions ?? [],
        metrics: { ...version?.metrics },
      };
    }),
  );
  return found.filter((approval) => approval !== undefined);
}

export const list = defineOperation({
  name: 'approvals.list',
  summary: 'Approvals that wait for people, newest first, with figures, gates, votes and missing votes',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: z.array(PendingApproval),
  http: { method: 'GET', path: '/v1/approvals' },
  run: pendingApprovals,
});
