import { expect, it } from 'vitest';
import { splitNote } from '../../../../workflows/policy/split-note.js';
import { aTable } from '../../../support/fixtures.js';

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
