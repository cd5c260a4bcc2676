import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { examineSpec } from '../../../../client/spec/check.js';
import { parseYaml } from '../../../../client/spec/read.js';
import { specInput } from '../../../support/fixtures.js';

const judge = (change: object) => examineSpec(parseYaml(stringify({ ...specInput, ...change }))).problems;
const ofCheck = (check: unknown) => judge({ data: { ...specInput.data, checks: [check] } });
const ofGate = (gate: object) =>
  judge({ evaluation: { gates: [{ name: 'good', metric: 'roc_auc', ...gate }] } });
const ofDimension = (dimension: unknown) => {
  const search = { ...specInput.training.search, space: { rounds: dimension } };
  return judge({ training: { ...specInput.training, search } });
};

const EXCLUDE = 'Keep one of them, or write an entry of its own for each.';

describe('two keys that exclude each other are both named', () => {
  it('in a check', () => {
    expect(ofCheck({ rows: { min: 1 }, notNull: ['x'] })).toMatchObject([
      { path: 'data.checks[0].rows', message: '"notNull" and "rows" exclude each other', remedy: EXCLUDE },
    ]);
  });

  it('in a check with three of them', () => {
    const [problem, ...others] = ofCheck({ rows: { min: 1 }, fresh: { within: '1d' }, notNull: ['x'] });
    expect(problem?.message).toBe('"fresh", "notNull" and "rows" exclude each other');
    expect(others).toEqual([]);
  });

  it('in a gate', () => {
    expect(ofGate({ atLeast: 0.5, atMost: 0.9 })).toMatchObject([
      {
        path: 'evaluation.gates[0].atMost',
        message: '"atLeast" and "atMost" exclude each other',
        remedy: EXCLUDE,
      },
    ]);
    expect(ofGate({ atLeast: 0.5, slices: 'all', worsensAtMost: 0.1 })[0]?.message).toBe(
      '"atLeast" and "worsensAtMost" exclude each other',
    );
  });

  it('in a hyperparameter, which is no entry of a list', () => {
    expect(ofDimension({ int: [1, 2], choice: [3] })).toMatchObject([
      { message: '"int" and "choice" exclude each other', remedy: 'Keep one of them.' },
    ]);
  });

  it('in a source', () => {
    const sources = { events: { parquet: 'a.parquet', csv: 'a.csv' } };
    expect(judge({ data: { ...specInput.data, sources } })).toMatchObject([
      {
        path: 'data.sources.events',
        message:
          '{"parquet":"a.parquet","csv":"a.csv"}: parquet, csv and objects exclude each other: a source has one place',
        remedy: 'Keep one of them, or declare several sources.',
      },
    ]);
  });
});

describe('a key of another form', () => {
  it('is told with the forms that it goes with, and what may stand here', () => {
    expect(ofCheck({ rows: { min: 1 }, allow: 0.1 })).toMatchObject([
      {
        path: 'data.checks[0].allow',
        message: '"allow" does not go with "rows"',
        remedy:
          'It goes with determines, notNull, oneOf, pattern, range, unique. Allowed beside "rows": source, onFail.',
      },
    ]);
    expect(ofGate({ atLeast: 0.5, confidence: 0.9 })[0]).toMatchObject({
      message: '"confidence" does not go with "atLeast"',
      remedy: 'It goes with improvesBy. Allowed beside "atLeast": name, metric, onFail.',
    });
    expect(ofDimension({ choice: [1], scale: 'log' })[0]?.remedy).toBe(
      'It goes with int, float. Allowed beside "choice": nothing.',
    );
  });

  it('is never suggested in its own place', () => {
    for (const problem of [...ofGate({ atLeast: 0.5, confidence: 0.9, atMost: 1 }), ...ofDimension([])])
      expect(problem.remedy).not.toContain('Did you mean');
  });

  it('does not hide a key that no form has', () => {
    const problems = ofGate({ atLeast: 0.5, atMost: 0.9, onfail: 'ask' });
    expect(problems.map(({ message }) => message).toSorted()).toEqual([
      '"atLeast" and "atMost" exclude each other',
      'unknown key "onfail"',
    ]);
  });
});

describe('a value without the key that says what it is', () => {
  it.each([{}, { onFail: 'warn' }])('is told the keys: %j', (check) => {
    expect(ofCheck(check)).toMatchObject([
      {
        path: 'data.checks[0]',
        message: `${JSON.stringify(check)} lacks the key that says what it is`,
        remedy: expect.stringMatching(/^Add one of the keys columns, determines, .*unique\.$/) as string,
      },
    ]);
  });

  it.each([null, 'notNull', 3, [1], []])('is told that fields are expected: %j', (value) => {
    expect(ofDimension(value)).toMatchObject([
      {
        path: 'training.search.space.rounds',
        message: `${JSON.stringify(value)}: expected fields`,
        remedy: 'Write one of the keys int, float, choice, with its value.',
      },
    ]);
  });
});
