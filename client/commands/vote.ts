import type { ApprovalState } from '../../contracts/approval.js';
import { subjectOf } from '../../contracts/approval-subjects/subject-of.js';
import { Role } from '../../contracts/spec/charter.js';
import { byOption, defineCommand } from './command.js';

/** Describes the consequence of a vote, by the state after it. */
function nextOf({ consequences }: ReturnType<typeof subjectOf>, status: ApprovalState['status']): string {
  switch (status) {
    case 'PENDING':
      return 'More votes are needed';
    case 'APPROVED':
      return `Approved: ${consequences.approved}`;
    case 'REJECTED':
      return `Rejected: ${consequences.refused}`;
    case 'EXPIRED':
      return 'Expired';
    case 'LAPSED':
      return 'Lapsed';
  }
}

const voting = (verdict: 'approve' | 'reject', summary: string) =>
  defineCommand({
    usage: `${verdict} <approval>`,
    summary,
    options: (yargs) =>
      yargs
        .positional('approval', {
          type: 'string',
          demandOption: true,
          describe: 'Workflow id, <model>/<version>, a run, or a model with one pending approval',
        })
        .option('by', byOption)
        .option('role', {
          choices: Role.options,
          describe: 'Vote as; default: the only missing role that you hold',
        })
        .option('evidence', {
          type: 'string',
          describe:
            'Digest that you looked at (8 characters or more); default: the one that is asked about now',
        })
        .option('note', { type: 'string', describe: 'Why, for the record' }),
    run: async (argv, { mainspring, paint }) => {
      const { approval, state } = await mainspring().approvals.vote(argv.approval, {
        by: argv.by,
        verdict,
        role: argv.role,
        evidenceDigest: argv.evidence,
        note: argv.note,
      });
      const missing = Object.entries(state.missing).map(([role, votes]) => `${votes} × ${role}`);
      const rest = state.status === 'PENDING' ? `: ${missing.join(', ')}` : '';
      const about = subjectOf(approval.subject);
      return {
        json: { approval: approval.id, evidenceDigest: approval.evidenceDigest, state },
        text: [
          `Vote counted: ${verdict} ${paint.strong(about.label(approval))} on evidence ${approval.evidenceDigest.slice(0, 12)}.`,
          `${nextOf(about, state.status)}${rest}.`,
        ].join('\n'),
      };
    },
  });

export const approve = voting('approve', 'Vote for a release, or for more budget');
export const reject = voting('reject', 'Vote against a release: one reject ends it');
