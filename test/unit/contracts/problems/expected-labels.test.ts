import { describe, expect, it } from 'vitest';
import { problemType } from '../../../../contracts/problems/index.js';

const expected = (classes: string[]): string => {
  const problem = { type: 'multiclass-classification', classes } as const;
  return problemType(problem).labels.expected(problem);
};

describe('the labels of several classes', () => {
  it('are the texts of the classes or their indices, and a message names both', () => {
    expect(expected(['apple', 'pear', 'plum'])).toBe(
      'one of the classes apple, pear, plum, or its index from 0 to 2',
    );
  });

  it('are the texts alone where a class is called by a number', () => {
    expect(expected(['1', '2', 'more'])).toBe('one of the classes 1, 2, more');
  });

  it('are not all named where there are many', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => `c${at}`);
    expect(expected(many)).toMatch(/ c19 and 980 more, or its index from 0 to 999$/);
  });
});
