import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { columns } from '../../../../contracts/checks/columns.js';
import { DataCheck } from '../../../../contracts/checks/data-check.js';
import { kindOf } from '../../../../contracts/checks/kind-of.js';

function faultsOf(input: z.input<typeof DataCheck>): string[] {
  const check = DataCheck.parse(input);
  const faults = kindOf(check).faults?.(check, ['flights']) ?? [];
  return faults.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a check that can decide nothing has a fault', () => {
  it.each<[string, z.input<typeof DataCheck>, string]>([
    [
      'a range without bounds',
      { range: { column: 'delay' } },
      'range: needs min or max: without them every value passes',
    ],
    [
      'a range upside down',
      { range: { column: 'delay', min: 2, max: 1 } },
      ': min 2 is above max 1: no value lies between them',
    ],
    [
      'a label rate upside down',
      { labelRate: { min: 0.9, max: 0.1 } },
      ': min 0.9 is above max 0.1: no value lies between them',
    ],
    [
      'a label rate of label 1 only',
      { labelRate: { min: 1, max: 1 } },
      'labelRate.min: min 1 asks that every label is 1, and from one label nothing is learned',
    ],
    [
      'a label rate of label 0 only',
      { labelRate: { min: 0, max: 0 } },
      'labelRate.max: max 0 asks that every label is 0, and from one label nothing is learned',
    ],
    ['columns without a column', { columns: {} }, 'columns: declares no column'],
  ])('%s', (_what, check, fault) => {
    expect(faultsOf(check)).toEqual([fault]);
  });

  it.each<z.input<typeof DataCheck>>([
    { range: { column: 'delay', min: 0 } },
    { range: { column: 'delay', min: 1, max: 1 } },
    { labelRate: { min: 0, max: 0.5 } },
    { labelRate: { min: 0.5, max: 1 } },
  ])('and %j has none', (check) => {
    expect(faultsOf(check)).toEqual([]);
  });
});

describe('a column named like a property of JavaScript', () => {
  const outcomes = (name: string, types: Record<string, string>) =>
    columns
      .outcomes({ columns: { [name]: 'int' }, onFail: 'stop' }, { source: 'flights', types })
      .map(({ ok, message }) => `${ok ? 'ok' : 'failed'}: ${message}`);

  it('is missing when the source lacks it', () => {
    expect(outcomes('constructor', { id: 'INTEGER' })[0]).toMatch(
      /^failed: source flights has no column "constructor"/,
    );
  });

  it('is checked when the source has it', () => {
    expect(outcomes('constructor', { constructor: 'INTEGER' })).toEqual(['ok: INTEGER, as declared']);
  });

  it('is warned of when nobody declared it', () => {
    expect(outcomes('id', { id: 'INTEGER', constructor: 'INTEGER' })).toContain(
      'failed: source flights has a column "constructor" that data.checks does not declare',
    );
  });
});
