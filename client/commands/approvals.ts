import { subjectOf } from '../../contracts/approval-subjects/subject-of.js';
import type { PendingApproval } from '../../operations/approvals/list.js';
import { showMetrics } from '../output/figures.js';
import type { Paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

const MARK = { pass: '✓', fail: '✗', ask: '?' } as const;

function show(approval: PendingApproval, paint: Paint): string {
  const { run, missing, owners, votes, decisions } = approval;
  const roles = Object.entries(missing).map(([role, needed]) => {
    const voted = new Set(votes.map((vote) => vote.by));
    const people = (owners[role as keyof typeof owners] ?? []).filter((name) => !voted.has(name));
    return `  missing  ${needed} × ${role}: ${people.join(', ') || 'nobody'}`;
  });
  const gates = decisions.map(({ gate, verdict, reason }) => [`  ${MARK[verdict]} ${gate}`, reason]);
  const about = subjectOf(approval.subject);
  return [
    `${paint.strong(about.title(approval))} of run ${run}, started by ${approval.startedBy}; expires ${approval.expiresAt}`,
    ...(about.aboutVersion ? [`  ${showMetrics(approval.metrics)}`] : []),
    ...(gates.length === 0 ? [] : [table([], gates)]),
    ...votes.map((vote) => `  voted    ${vote.by} (${vote.role}): ${vote.verdict}`),
    ...roles,
    `  evidence ${approval.evidenceDigest.slice(0, 12)}: mainspring ${about.evidence(approval)}`,
    `  vote     mainspring approve ${approval.id} --by NAME`,
  ].join('\n');
}

export const approvals = defineCommand({
  usage: 'approvals',
  summary: 'Pending approvals with their figures, and the people who may vote',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const pending = await mainspring().approvals.list();
    return {
      json: pending,
      text:
        pending.length === 0
          ? 'No approval is pending.'
          : pending.map((approval) => show(approval, paint)).join('\n\n'),
    };
  },
});
