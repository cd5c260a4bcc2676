import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { type ApprovalState, voteUpdate } from '../../contracts/approval.js';
import { isBudgetSubject } from '../../contracts/ids.js';
import type { Role } from '../../contracts/spec/charter.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { nearest } from '../spec/problems.js';
import { type PendingApproval, pendingApprovals } from './approvals.js';
import { updateWithin } from './update.js';

export interface VoteOptions {
  by: string;
  verdict: 'approve' | 'reject';
  /** Left out: the only missing role that `by` holds. */
  role?: Role;
  /** The digest that the voter looked at, 8 characters or more. Left out: the one that is asked about now. */
  evidenceDigest?: string;
  note?: string;
}

export interface Voted {
  approval: PendingApproval;
  state: ApprovalState;
}

/**
 * Vote once, and learn whether the vote counts.
 *
 * @param text workflow id, `<model>/<version>`, a run, or a model with one pending approval
 * @throws MainspringError `refused` with the rule that the vote breaks, `not-found`, `unreachable`
 */
export async function vote(services: Services, text: string, options: VoteOptions): Promise<Voted> {
  const approval = await findApproval(services, text);
  const role = options.role ?? inferRole(approval, options.by);
  const temporal = await services.temporal();
  try {
    const state = await updateWithin(temporal, temporal.client.workflow.getHandle(approval.id), voteUpdate, {
      by: options.by,
      role,
      verdict: options.verdict,
      evidenceDigest: options.evidenceDigest ?? approval.evidenceDigest,
      note: options.note ?? '',
    });
    return { approval, state };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new MainspringError(
        'refused',
        `vote refused: ${error.cause?.message ?? error.message}`,
        'See who may vote on what with `mainspring approvals`.',
      );
    if (error instanceof WorkflowNotFoundError)
      throw new MainspringError(
        'refused',
        `approval ${approval.id} is closed`,
        'See how it ended with `mainspring status`.',
      );
    throw error;
  }
}

async function findApproval(services: Services, text: string): Promise<PendingApproval> {
  const pending = await pendingApprovals(services);
  const names = (approval: PendingApproval): string[] => [
    approval.id,
    approval.subject,
    // A question about a budget is named as such: the model's own is another one.
    ...(isBudgetSubject(approval.subject)
      ? []
      : [`${approval.model}/${approval.run}`, approval.run, approval.model]),
  ];
  const matching = pending.filter((approval) => names(approval).includes(text));
  const [only] = matching;
  if (only && matching.length === 1) return only;
  if (matching.length > 1)
    throw new MainspringError(
      'usage',
      `"${text}" means several approvals: ${matching.map(({ id }) => id).join(', ')}`,
      'Name one of them.',
    );
  const near = nearest(text, pending.flatMap(names));
  throw new MainspringError(
    'not-found',
    `no approval "${text}" waits for votes`,
    `${near ? `Did you mean "${near}"? ` : ''}Pending: ${pending.map(({ id }) => id).join(', ') || 'none'}.`,
  );
}

function inferRole({ owners, missing }: PendingApproval, by: string): Role {
  const held = (Object.keys(missing) as Role[]).filter((role) => owners[role]?.includes(by));
  const [role] = held;
  if (role && held.length === 1) return role;
  if (held.length > 1)
    throw new MainspringError(
      'usage',
      `"${by}" holds several of the missing roles: ${held.join(', ')}`,
      'Say as which with --role.',
    );
  const who = (Object.keys(missing) as Role[]).map((name) => `${name}: ${(owners[name] ?? []).join(', ')}`);
  throw new MainspringError(
    'refused',
    `vote refused: "${by}" holds none of the roles whose votes are missing`,
    `Missing: ${who.join('; ')}.`,
  );
}
