import { decidersOfModel, defineApprovalSubject } from './define-approval-subject.js';

export const release = defineApprovalSubject({
  name: 'release',
  summary: 'May a model version that passed its gates go live?',
  shows: 'figures of candidate and champion, decisions of the gates, and the evaluation report',
  decided: 'the quorum of `approval` in the model file, among `charter.owners`',
  deciders: decidersOfModel,
  prefix: null,
  aboutVersion: true,
  question: (subject) => `May ${subject} go live?`,
  title: ({ model, version }) => `${model} version ${version}`,
  label: ({ model, version }) => `${model}/${version}`,
  evidence: ({ model, run }) => `report ${model}/${run}`,
  consequences: {
    approved: 'the release goes on',
    refused: 'nothing is released',
    expired: 'nothing is released. Start the lifecycle again to ask again',
    lapsed: 'the lifecycle ended before a decision',
  },
});
