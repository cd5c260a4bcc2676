import { z } from 'zod';
import { ApprovalState, EvidenceDigest, voteUpdate } from '../../contracts/approval.js';
import { subjectOf } from '../../contracts/approval-subjects/subject-of.js';
import { Role } from '../../contracts/spec/charter.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { by } from '../fields.js';
import { nearest } from '../nearest.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { UpdateRefused, WorkflowGone } from '../ports/workflows.js';
import { refusedUpdate } from '../refused-update.js';
import { PendingApproval, pendingApprovals } from './list.js';

const Input = z.strictObject({
  approval: text(300).describe(
    'An approval: its workflow id, `<model>/<version>`, a run, or a model with one pending approval.',
  ),
  by,
  verdict: z.enum(['approve', 'reject']).describe('The vote.'),
  role: Role.optional().describe(
    'Role of the voter in this vote. Default: the only missing role that the voter holds.',
  ),
  evidenceDigest: EvidenceDigest.optional().describe(
    'Digest of the evidence that the voter read, 8 characters or more. Default: the current one.',
  ),
  note: text(1_000).optional().describe('Why, for the record.'),
});

export const Voted = z.strictObject({ approval: PendingApproval, state: ApprovalState });
export type Voted = z.infer<typeof Voted>;

/** @throws MainspringError `refused` with the rule that the vote breaks, `not-found`, `unreachable` */
async function castVote(
  services: Services,
  { approval: name, verdict, note = '', ...options }: z.output<typeof Input>,
  voter: string,
): Promise<Voted> {
  const approval = await findApproval(services, name);
  const role = options.role ?? inferRole(approval, voter);
  const evidenceDigest = options.evidenceDigest ?? approval.evidenceDigest;
  const workflows = await services.workflows();
  try {
    const ballot = { by: voter, role, verdict, evidenceDigest, note };
    return { approval, state: await workflows.update(approval.id, voteUpdate, ballot) };
  } catch (error) {
    if (error instanceof UpdateRefused)
      throw refusedUpdate(
        `vote refused: ${error.message}`,
        error,
        'See who may vote on what with `mainspring approvals`.',
      );
    if (error instanceof WorkflowGone)
      throw new MainspringError(
        'refused',
        `approval ${approval.id} is closed`,
        'See how it ended with `mainspring status`.',
      );
    throw error;
  }
}

export const vote = defineOperation({
  name: 'approvals.vote',
  summary: 'Vote once on a release or on more budget, and learn whether the vote counts',
  who: Role.options,
  effect: 'write',
  input: Input,
  output: Voted,
  errors: {
    'not-found': 'No pending approval has this name.',
    usage: 'The name means several approvals or the voter holds several of the missing roles.',
    refused: 'The vote breaks a rule of the approval, or the approval is closed.',
  },
  http: { method: 'POST', path: '/v1/approvals/{approval}/votes' },
  run: (services, input, caller) => castVote(services, input, actor(caller, input.by)),
});

async function findApproval(services: Services, text: string): Promise<PendingApproval> {
  const pending = await pendingApprovals(services);
  const names = (approval: PendingApproval): string[] => [
    approval.id,
    approval.subject,
    // An approval of another subject is named as such: the model's own is its release.
    ...(!subjectOf(approval.subject).aboutVersion
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
