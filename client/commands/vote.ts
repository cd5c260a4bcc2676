import { isBudgetSubject } from '../../contracts/ids.js';
import { Role } from '../../contracts/spec/charter.js';
import { byOption, defineCommand } from './command.js';

const NEXT = {
  PENDING: 'More votes are needed',
  APPROVED: 'Approved: the release goes on',
  REJECTED: 'Rejected: nothing is released',
  EXPIRED: 'Expired',
  LAPSED: 'Lapsed',
} as const;
/** Of a question about a budget: nothing is released by it. */
const NEXT_OF_BUDGET = {
  ...NEXT,
  APPROVED: 'Approved: the limit is raised, and what waited goes on',
  REJECTED: 'Rejected: what waited for the budget ends',
} as const;

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
    run: async (argv, { mainspring, user, paint }) => {
      const { approval, state } = await mainspring().vote(argv.approval, {
        by: argv.by ?? user,
        verdict,
        ...(argv.role === undefined ? {} : { role: argv.role }),
        ...(argv.evidence === undefined ? {} : { evidenceDigest: argv.evidence }),
        ...(argv.note === undefined ? {} : { note: argv.note }),
      });
      const missing = Object.entries(state.missing).map(([role, votes]) => `${votes} × ${role}`);
      const rest = state.status === 'PENDING' ? `: ${missing.join(', ')}` : '';
      const isBudget = isBudgetSubject(approval.subject);
      const about = isBudget ? approval.subject : `${approval.model}/${approval.version}`;
      return {
        json: { approval: approval.id, evidenceDigest: approval.evidenceDigest, state },
        text: [
          `Vote counted: ${verdict} ${paint.strong(about)} on evidence ${approval.evidenceDigest.slice(0, 12)}.`,
          `${(isBudget ? NEXT_OF_BUDGET : NEXT)[state.status]}${rest}.`,
        ].join('\n'),
      };
    },
  });

export const approve = voting('approve', 'Vote for a release, or for more budget');
export const reject = voting('reject', 'Vote against a release: one reject ends it');
