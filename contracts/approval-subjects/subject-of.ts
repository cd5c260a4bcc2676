import type { ApprovalSubject } from './define-approval-subject.js';
import { APPROVAL_SUBJECTS, APPROVAL_SUBJECT_NAMES } from './index.js';

/** The kind of a subject, by its text: `budget/vision/2` is about a budget, `flight-delay/3` about a release. */
export function subjectOf(text: string): ApprovalSubject {
  const named = APPROVAL_SUBJECT_NAMES.find((name) => {
    const { prefix } = APPROVAL_SUBJECTS[name];
    return prefix !== null && text.startsWith(`${prefix}/`);
  });
  return APPROVAL_SUBJECTS[named ?? 'release'];
}
