import { describe, expect, it } from 'vitest';
import { driftedValuesText } from '../../../contracts/drifted-values.js';

const values = (...names: string[]) => names.map((value) => ({ value, share: 0.12 }));

describe('values that came or went, in words', () => {
  it('name a new value with its share of the rows', () => {
    expect(driftedValuesText({ new: values('XYZ'), vanished: [] })).toBe('new value "XYZ" in 12 % of rows');
  });

  it('name three values, count the others, and say what vanished', () => {
    expect(driftedValuesText({ new: values('A', 'B', 'C', 'D', 'E'), vanished: values('F') })).toBe(
      'new values "A" in 12 %, "B" in 12 %, "C" in 12 % of rows and 2 more; vanished value "F" in 12 % of the reference',
    );
  });

  it('cut a long value, and quote one that holds quotes', () => {
    const text = driftedValuesText({ new: values('x'.repeat(500), 'say "no"'), vanished: [] });
    expect(text.length).toBeLessThan(120);
    expect(text).toContain('"say \\"no\\""');
  });

  it('are empty when nothing changed', () => {
    expect(driftedValuesText(undefined)).toBe('');
  });
});
