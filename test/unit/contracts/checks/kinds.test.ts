import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCheck } from '../../../../contracts/checks/define-check.js';
import { onFail } from '../../../../contracts/checks/fields.js';
import { CHECKS as checks } from '../../../../contracts/checks/index.js';
import { kindOf } from '../../../../contracts/checks/kind-of.js';
import { DataCheck } from '../../../../contracts/checks/data-check.js';

/** One check of each kind, as in a model file. A new kind has a test file of its own instead. */
const EXAMPLES: Partial<Record<keyof typeof checks, z.input<typeof DataCheck>>> = {
  columns: { columns: { id: 'int' } },
  determines: { determines: { columns: ['city'], column: 'country' } },
  fresh: { fresh: { within: '1d' } },
  labelRate: { labelRate: { min: 0.1, max: 0.9 } },
  leakage: { leakage: { maxSingleFeatureAuc: 0.9 } },
  notNull: { notNull: ['delay'] },
  oneOf: { oneOf: { column: 'carrier', values: ['AA'] } },
  pattern: { pattern: { column: 'origin', regex: '[A-Z]{3}' } },
  range: { range: { column: 'delay', min: 0 } },
  references: { references: { column: 'origin', to: 'airports.iata' } },
  rows: { rows: { min: 10 } },
  unique: { unique: ['id'] },
};

it.each(Object.values(checks))('$name says what it is about and when it passes', ({ summary, rule }) => {
  expect(summary).toMatch(/^[A-Z].{10,}\.$/);
  expect(rule).toMatch(/^[A-Z].{10,}\.$/);
});

describe.each(Object.entries(EXAMPLES))('a check with the key %s', (name, example) => {
  it('is of the kind of that name, and its form takes it', () => {
    const check = DataCheck.parse(example);
    expect(kindOf(check).name).toBe(name);
    expect(kindOf(check).form.parse(example)).toEqual(check);
  });

  it('has a rule or an outcome, so that it never passes unasked', () => {
    const check = DataCheck.parse(example);
    const kind = kindOf(check);
    const figures = { source: 'flights', rows: 1, newestMs: 0, asOf: '2001-01-01T00:00:00.000Z' };
    const found =
      kind.scope === 'row'
        ? kind.rules(check, 'flights', {})
        : kind.scope === 'table'
          ? kind.outcomes(check, { source: 'flights', types: {} })
          : kind.scope === 'source'
            ? kind.outcomes(check, figures)
            : kind.outcomes(check, { labelled: 1, positiveShare: 1, strengths: [], measure: 'AUC' });
    expect(found.length).toBeGreaterThan(0);
  });
});

it('a check of no known kind, or of two, is refused and does not pass', () => {
  expect(() => kindOf({ neverSeen: 1, onFail: 'stop' } as never)).toThrow(
    /neverSeen, onFail is of no known kind; known are columns,/,
  );
  expect(() => kindOf({ rows: { min: 1 }, notNull: ['x'], onFail: 'stop' } as never)).toThrow(
    /several kinds: notNull, rows/,
  );
});

it('a kind without implementation does not compile', () => {
  const part = { summary: 'Near.', rule: 'Near.', form: z.strictObject({ near: z.string(), onFail }) };
  // @ts-expect-error a row check without rules
  defineCheck({ ...part, name: 'near', scope: 'row' });
  // @ts-expect-error a source check without outcomes
  defineCheck({ ...part, name: 'near', scope: 'source' });
  // @ts-expect-error a scope that does not exist
  defineCheck({ ...part, name: 'near', scope: 'column', rules: () => [] });
  // @ts-expect-error a check without summary and rule
  defineCheck({ name: 'near', scope: 'row', form: part.form, rules: () => [] });
  // @ts-expect-error a kind that is not in the generated index
  expect(checks.near).toBeUndefined();
});
