import { type ApprovalState, ApprovalStatus } from '../../contracts/approval.js';
import { isBudgetSubject } from '../../contracts/ids.js';
import type { Role } from '../../contracts/spec/charter.js';
import type { Decision } from '../../contracts/evaluation.js';
import type { Services } from '../services/services.js';

export interface PendingApproval {
  /** Workflow id: what `vote` takes. */
  id: string;
  model: string;
  run: string;
  version: number;
  /** `<model>/<version>`, or `budget/<account>/<generation>`. */
  subject: string;
  status: ApprovalState['status'];
  missing: ApprovalState['missing'];
  votes: ApprovalState['votes'];
  evidenceDigest: string;
  expiresAt: string;
  /** Role → people that hold it. */
  owners: Partial<Record<Role, string[]>>;
  startedBy: string;
  /** What the gates made of the evidence. */
  decisions: Decision[];
  /** The candidate's metrics. */
  metrics: Record<string, number>;
}

const MAX_APPROVALS = 200;

/** Approvals that wait for people, newest first, with what a voter needs to know. Works without a worker. */
export async function pendingApprovals(services: Services): Promise<PendingApproval[]> {
  const { registry, views } = await services.database();
  const temporal = await services.temporal();
  const recorded = await views.approvals({ pending: true, limit: MAX_APPROVALS });
  const found = await Promise.all(
    recorded.map(async (approval) => {
      // The record of a terminated approval stays PENDING: only the server knows that it is gone.
      const isOpen = await temporal.client.workflow
        .getHandle(approval.id)
        .describe()
        .then(
          ({ status }) => status.name === 'RUNNING' || status.name === 'PAUSED',
          () => false,
        );
      if (!isOpen) return undefined;
      const [run, version] = await Promise.all([
        registry.run(approval.model, approval.run),
        isBudgetSubject(approval.state.subject)
          ? undefined
          : registry.version({ model: approval.model, version: approval.version }),
      ]);
      const packed = run && (await registry.loadSpec(run.specDigest));
      const live = await temporal.ask<ApprovalState>(approval.id, 'state');
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
