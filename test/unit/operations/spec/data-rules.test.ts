import { describe, expect, it } from 'vitest';
import { dataIsSound } from '../../../../operations/spec/data-rules.js';
import { ModelSpec, type ModelSpecInput } from '../../../../contracts/spec/model-spec.js';
import { specInput } from '../../../support/fixtures.js';

type Data = Partial<ModelSpecInput['data']>;
const TWO_TIMED: Data = {
  sources: { rides: { parquet: 'r.parquet', time: 'ts' }, stops: { csv: 's.csv', time: 'at' } },
};

/** The paths of all breaches with their messages. */
const told = (data: Data, features: Partial<ModelSpecInput['features']> = {}) =>
  dataIsSound(
    ModelSpec.parse({
      ...specInput,
      data: { ...specInput.data, ...data },
      features: { ...specInput.features, ...features },
    }),
  ).map(({ path, message, remedy }) => `${path.join('.')}: ${message} → ${remedy}`);

describe('the data of a model file', () => {
  it('are sound as they are in the fixture', () => {
    expect(told({ checks: [{ notNull: ['x'] }, { fresh: { within: '1d' } }] })).toEqual([]);
  });

  it('name the source of each check where several could be meant', () => {
    const checks: Data['checks'] = [
      { notNull: ['x'] },
      { notNull: ['x'], source: 'rides' },
      { leakage: { maxSingleFeatureAuc: 0.9 } },
    ];
    expect(told({ ...TWO_TIMED, checks })).toEqual([
      'data.checks.0: notNull names no source, and rides and stops have a time column: it does not say which one is checked → Add source: rides | stops.',
    ]);
    const untimed = { a: { parquet: 'a.parquet' }, b: { parquet: 'b.parquet' } };
    expect(told({ sources: untimed, checks })[0]).toContain('none of a, b has a time column');
  });

  it('need event times where freshness is judged', () => {
    const sources = { events: { parquet: 'e.parquet', time: 'ts' }, places: { csv: 'p.csv' } };
    expect(told({ sources, checks: [{ fresh: { within: '1d' }, source: 'places' }] })).toEqual([
      'data.checks.0.fresh: source places has no time column to judge by → Name its event time: data.sources.SOURCE.time.',
    ]);
  });

  it('have no two names that differ in case only', () => {
    const sources = { Rides: { parquet: 'a.parquet', time: 'ts' }, rides: { parquet: 'b.parquet' } };
    expect(told({ sources })[0]).toContain('data.sources.rides: "rides" and "Rides" differ in case only');
    expect(told({ checks: [{ columns: { Load: 'int', load: 'float' } }] })[0]).toContain(
      '"load" and "Load" differ in case only',
    );
    expect(told({}, { set: ['x', 'X'] })[0]).toContain('features.set.1: "X" and "x" differ in case only');
    expect(told({}, { set: ['x'], slices: ['DAY'] })[0]).toContain('"DAY" and "day" differ in case only');
  });

  it('declare one type for a column, which fits its use', () => {
    expect(told({ checks: [{ columns: { a: 'int' } }, { columns: { a: 'string' } }] })[0]).toContain(
      'data.checks.1.columns.a: "a" of events is declared string here and int before',
    );
    expect(told({ checks: [{ columns: { ts: 'string' } }] })[0]).toContain(
      '"ts" is the event time of events and declared string',
    );
    expect(told({ checks: [{ columns: { a: 'string' } }, { range: { column: 'a', min: 0 } }] })[0]).toContain(
      'data.checks.1.range.column: "a" is declared string, and a range needs a number',
    );
  });

  it('leave the name of the label to the label', () => {
    const label = { column: 'late', availableAt: 'label_ts' };
    expect(told({ label }, { set: ['x', 'label'] })[0]).toContain(
      'features.set.1: "label" is the name of the label',
    );
  });

  it('give no model an instant', () => {
    expect(told({}, { set: ['x', 'ts'] })[0]).toContain(
      '"ts" is the event time, and no model takes an instant',
    );
  });
});
