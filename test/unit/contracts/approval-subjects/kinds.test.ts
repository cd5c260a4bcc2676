import { describe, expect, it } from 'vitest';
import { defineApprovalSubject } from '../../../../contracts/approval-subjects/define-approval-subject.js';
import { APPROVAL_SUBJECTS } from '../../../../contracts/approval-subjects/index.js';
import { subjectOf } from '../../../../contracts/approval-subjects/subject-of.js';

const subjects = Object.values(APPROVAL_SUBJECTS);
const asked = { model: 'flight-delay', run: 'r1', version: 3, subject: 'flight-delay/3' };
const rules = {
  approval: { quorum: { 'ml-engineer': 1 }, separation: true, expires: '7d' },
  charter: { owners: { 'ml-engineer': ['tomas'] } },
};

describe.each(subjects)('the subject $name', (subject) => {
  it('says what is decided, on which evidence and by whom', () => {
    expect(subject.summary).toMatch(/^[A-Z].{10,}\?$/);
    expect(subject.shows.length).toBeGreaterThan(20);
    expect(subject.decided.length).toBeGreaterThan(20);
    expect(subject.question(asked.subject)).toMatch(/flight-delay.*\?$/);
    expect(subject.title(asked)).toContain('flight-delay');
  });

  it('has people who decide and a time at which the question expires', () => {
    expect(subject.deciders(rules, 0)).toEqual({
      quorum: { 'ml-engineer': 1 },
      owners: { 'ml-engineer': ['tomas'] },
      separation: true,
      expiresAt: '1970-01-08T00:00:00.000Z',
    });
  });

  it('says the consequence of every end', () => {
    for (const text of Object.values(subject.consequences)) expect(text).toMatch(/[^.]$/);
  });
});

it('a recorded approval is about the subject that its text names', () => {
  expect(subjectOf('flight-delay/3').name).toBe('release');
  expect(subjectOf('budget/vision/2').name).toBe('budget');
  expect(subjectOf('budgets/3').name, 'a model whose name begins like a subject').toBe('release');
});

it('no two subjects have the same first part of their text', () => {
  const prefixes = subjects.map(({ prefix }) => prefix);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});

it('a subject without its parts does not compile', () => {
  const { consequences, deciders, ...known } = APPROVAL_SUBJECTS.budget;
  expect(defineApprovalSubject({ ...known, consequences, deciders, name: 'near' }).name).toBe('near');
  // @ts-expect-error nobody decides on it
  defineApprovalSubject({ ...known, consequences });
  // @ts-expect-error nothing follows from it
  defineApprovalSubject({ ...known, deciders });
  // @ts-expect-error one end has no consequence
  defineApprovalSubject({ ...known, deciders, consequences: { approved: 'it goes on', refused: 'it ends' } });
  // @ts-expect-error the approver is not told what the evidence is
  defineApprovalSubject({ ...known, consequences, deciders, shows: undefined });
  // @ts-expect-error a subject that is not in the generated index
  expect(APPROVAL_SUBJECTS.near).toBeUndefined();
});
