import { decidersOfModel, defineApprovalSubject } from './define-approval-subject.js';

export const budget = defineApprovalSubject({
  name: 'budget',
  summary: 'May a budget that is used up be extended?',
  shows: 'limit, settled and reserved spend, the wish of the jobs that wait, and the proposed limit',
  decided: 'the quorum of `approval` in the model file of the job that waits, among `charter.owners`',
  deciders: decidersOfModel,
  prefix: 'budget',
  aboutVersion: false,
  // The subject ends with the generation of the limits.
  question: (subject) => `May ${subject.replace(/\/\d+$/, '')} be extended?`,
  title: ({ subject }) => `More budget: ${subject}`,
  label: ({ subject }) => subject,
  evidence: () => 'budget',
  consequences: {
    approved: 'the limit is raised, what waits goes on',
    refused: 'the jobs that wait end with `BudgetExhausted`',
    expired: 'the jobs that wait end with `BudgetExhausted`',
    lapsed: 'the budget was set otherwise, or nobody needs it any more',
  },
});
