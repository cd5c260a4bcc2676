// Made by `npm run generate` from the modules of this folder that call defineApprovalSubject. Do not edit it by hand.
import { budget } from './budget.js';
import { release } from './release.js';

/** Every kind by its name. */
export const APPROVAL_SUBJECTS = {
  budget,
  release,
} as const;
export type ApprovalSubjectName = keyof typeof APPROVAL_SUBJECTS;

/** The names of all kinds. */
export const APPROVAL_SUBJECT_NAMES = ['budget', 'release'] as const;
