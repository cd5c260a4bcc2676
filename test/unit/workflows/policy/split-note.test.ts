import { expect, it } from 'vitest';
import { dataNote, splitNote } from '../../../../workflows/policy/split-note.js';
import { aDataResult, aTable, aValidation } from '../../../support/fixtures.js';

const split = {
  train: aTable('train', 1_200),
  search: aTable('search', 900),
  validation: aTable('validation', 300),
  test: aTable('test', 400),
  baseRate: 0.25,
};

it.each([
  ['binary-classification', 'base rate 0.250'],
  ['multiclass-classification', 'share of the largest class 0.250'],
  ['regression', 'mean label 0.250'],
] as const)('the figure of the train labels of a %s is called by its name', (problem, figure) => {
  expect(splitNote(split, problem)).toBe(`1,200 rows to train, 400 held out, ${figure}`);
});

it('says which rows are not in the split: bad ones, each once, and those without a label in time', () => {
  const data = { ...aDataResult(), split, features: aTable('features', 1_720) };
  const raw = {
    ...aValidation(),
    checks: [
      { check: 'time(events.ts)', verdict: 'quarantine' as const, message: '', failing: 2, rows: 2_000 },
    ],
  };
  expect(dataNote({ ...data, raw }, 'regression')).toBe(
    '1,200 rows to train, 400 held out, mean label 0.250, 2 bad rows set aside, 120 rows without a label in time',
  );
  const checked = { ...aValidation(), rows: 1_720, kept: aTable('kept', 1_600) };
  expect(dataNote({ ...data, checked }, 'regression')).toBe(
    '1,200 rows to train, 400 held out, mean label 0.250, 120 bad rows set aside',
  );
});
