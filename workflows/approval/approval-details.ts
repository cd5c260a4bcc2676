import { APPROVAL_SUBJECTS } from '../../contracts/approval-subjects/index.js';
import type { ApprovalInput, ApprovalState } from '../../contracts/approval.js';
import type { Role } from '../../contracts/spec/charter.js';
import { cell, minute, table } from '../policy/markdown.js';

const MARK = { pass: '✓ pass', fail: '✗ fail', ask: '? ask' } as const;

function headline({ about = 'release' }: ApprovalInput, state: ApprovalState): string {
  const { status, expiresAt, missing } = state;
  const then = APPROVAL_SUBJECTS[about].consequences;
  switch (status) {
    case 'PENDING': {
      const needed = Object.entries(missing).map(([role, votes]) => `${votes} × ${role}`);
      return `**Waits for people**: ${needed.join(', ')}. Expires ${minute(expiresAt)}.`;
    }
    case 'APPROVED':
      return `**Approved**: the quorum is complete, ${then.approved}.`;
    case 'REJECTED':
      return `**Rejected**: ${then.refused}.`;
    case 'EXPIRED':
      return `**Expired** without a decision: ${then.expired}.`;
    case 'LAPSED':
      return `**Lapsed**: ${then.lapsed}.`;
  }
}

function gates({ decisions }: ApprovalInput): string[] {
  if (decisions.length === 0) return [];
  return [
    '### Gates',
    ...table(
      ['gate', 'verdict', 'why'],
      decisions.map((d) => [d.gate, MARK[d.verdict], d.reason]),
    ),
    '',
  ];
}

function quorum(input: ApprovalInput, state: ApprovalState): string[] {
  const rows = (Object.entries(input.quorum) as [Role, number][]).map(([role, needed]) => {
    const votes = state.votes
      .filter((vote) => vote.role === role)
      .map((vote) => `${vote.by}: ${vote.verdict}${vote.note ? ` – ${vote.note}` : ''}`);
    const may = (input.owners[role] ?? []).filter(
      (name) =>
        !(input.separation && name === input.startedBy) && !state.votes.some((vote) => vote.by === name),
    );
    return [role, needed, votes.join(', ') || '–', may.join(', ') || 'nobody'];
  });
  return ['### Quorum', ...table(['role', 'needed', 'votes', 'may still vote'], rows), ''];
}

/** The example vote uses a missing role, so that it works as pasted. */
function howToVote(workflowId: string, input: ApprovalInput, state: ApprovalState): string[] {
  if (state.status !== 'PENDING') return [];
  const role = (Object.keys(state.missing) as Role[])[0];
  const by = (role && input.owners[role]?.find((name) => name !== input.startedBy)) ?? 'your-name';
  const digest = input.evidenceDigest.slice(0, 12);
  const vote = { by, role: role ?? 'role', verdict: 'approve', evidenceDigest: digest, note: '' };
  return [
    '### To vote',
    'Here: *More Actions* → *Send an Update* → `vote`, with your own name and role, and `approve` or `reject`:',
    '```json',
    // Indented, because a single line would not fit the column of the Web UI.
    JSON.stringify(vote, null, 2),
    '```',
    `In a terminal: \`mainspring approve ${workflowId} --by ${by} --role ${vote.role}\` (or \`reject\`).`,
    '',
  ];
}

function refusals({ refused }: ApprovalState): string[] {
  if (refused.length === 0) return [];
  return [
    '### Refused votes',
    ...refused.slice(-10).map(({ by, why, at }) => `- ${minute(at)}, ${cell(by)}: ${cell(why)}`),
  ];
}

/** Markdown for an approver in the Web UI: the question, the figures, the missing votes, and a vote to paste. */
export const approvalDetails = (workflowId: string, input: ApprovalInput, state: ApprovalState): string =>
  [
    `## ${APPROVAL_SUBJECTS[input.about ?? 'release'].question(input.subject)}`,
    headline(input, state),
    '',
    input.summary,
    '',
    `Evidence \`${input.evidenceDigest.slice(0, 12)}\`, run \`${input.run}\`, started by ${input.startedBy}.`,
    '',
    ...gates(input),
    ...quorum(input, state),
    ...howToVote(workflowId, input, state),
    ...refusals(state),
  ].join('\n');
