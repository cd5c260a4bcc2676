import { isBudgetSubject } from '../../contracts/ids.js';
import type { PendingApproval } from '../operations/approvals.js';
import { showMetrics } from '../output/figures.js';
import type { Paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

const MARK = { pass: '✓', fail: '✗', ask: '?' } as const;

function show(approval: PendingApproval, paint: Paint): string {
  const { model, version, subject, run, missing, owners, votes, decisions } = approval;
  const roles = Object.entries(missing).map(([role, needed]) => {
    const voted = new Set(votes.map((vote) => vote.by));
    const people = (owners[role as keyof typeof owners] ?? []).filter((name) => !voted.has(name));
    return `  missing  ${needed} × ${role}: ${people.join(', ') || 'nobody'}`;
  });
  const gates = decisions.map(({ gate, verdict, reason }) => [`  ${MARK[verdict]} ${gate}`, reason]);
  return [
    `${paint.strong(isBudgetSubject(subject) ? `More budget: ${subject}` : `${model} version ${version}`)} of run ${run}, started by ${approval.startedBy}; expires ${approval.expiresAt}`,
    ...(isBudgetSubject(subject) ? [] : [`  ${showMetrics(approval.metrics)}`]),
    ...(gates.length === 0 ? [] : [table([], gates)]),
    ...votes.map((vote) => `  voted    ${vote.by} (${vote.role}): ${vote.verdict}`),
    ...roles,
    `  evidence ${approval.evidenceDigest.slice(0, 12)}: mainspring ${isBudgetSubject(subject) ? 'budget' : `report ${model}/${run}`}`,
    `  vote     mainspring approve ${approval.id} --by NAME`,
  ].join('\n');
}

export const approvals = defineCommand({
  usage: 'approvals',
  summary: 'What waits for people, on which figures, and who may vote',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const pending = await mainspring().pendingApprovals();
    return {
      json: pending,
      text:
        pending.length === 0
          ? 'Nothing waits for approval.'
          : pending.map((approval) => show(approval, paint)).join('\n\n'),
    };
  },
});
