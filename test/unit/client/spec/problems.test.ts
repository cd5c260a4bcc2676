import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { examineSpec } from '../../../../client/spec/check.js';
import { parseYaml } from '../../../../client/spec/read.js';
import { specInput } from '../../../support/fixtures.js';

type Fields = Record<string, unknown>;

/** The problems of the model file with other values at some paths. */
function judge(values: Fields) {
  const spec = structuredClone(specInput) as unknown as Fields;
  for (const [path, value] of Object.entries(values)) {
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    let at = spec;
    for (const part of parts) at = (at[part] ??= {}) as Fields;
    at[last] = value;
  }
  return examineSpec(parseYaml(stringify(spec))).problems;
}
const messageOf = (path: string, value: unknown) => judge({ [path]: value })[0]?.message;
const remedyOf = (path: string, value: unknown) => judge({ [path]: value })[0]?.remedy;
const written = (from: string, to: string) =>
  examineSpec(parseYaml(stringify(specInput).replace(from, to))).problems;

it('a goal that is too short is told its least length', () => {
  for (const goal of ['', 'a', 'short', ' '.repeat(9)])
    expect(messageOf('charter.goal', goal)).toBe(
      `${JSON.stringify(goal)}: text of 10 to 10000 characters, without control characters`,
    );
});

describe('a value is told the whole rule', () => {
  it.each<[string, unknown, string]>([
    ['training.search.trials', 0, '0: expected a whole number from 1 to 100000'],
    ['training.search.trials', 1.5, '1.5: expected a whole number from 1 to 100000'],
    ['training.search.trials', 1e20, '100000000000000000000: expected a whole number from 1 to 100000'],
    ['training.search.trials', 'two', '"two": expected a whole number from 1 to 100000'],
    ['approval.quorum.ml-engineer', 0, '0: expected a whole number from 1 to 1000'],
    ['monitoring.drift.quantile', 5, '5: expected a number from 0.9 to 0.9999'],
    ['monitoring.drift.floor', 0, '0: expected a number above 0'],
    ['monitoring.minRows', 0, '0: expected a whole number of at least 1'],
    ['training.quantiles', [0], '0: expected a number above 0 and below 1'],
    ['training.search.space.rounds', { int: [1] }, '[1]: expected a list of 2 values'],
    ['training.command', 'python', '"python": expected a list of 1 to 1000 entries'],
    ['training.command', [], '[]: expected a list of 1 to 1000 entries, found 0'],
    ['charter.owners', [], '[]: expected a map from names to values'],
    ['approval.separation', 'yes', '"yes": expected true or false'],
    ['data.id', '', '"": expected a column name of 1 to 200 characters, found 0'],
    ['release.canary', 3, '3: expected the fields share, minRequests, minTime, maxTime'],
    ['release.canary.share', true, 'true: expected a number from 0 to 1, or a percentage such as 5%'],
    ['release.canary.share', 5, '5: a percentage such as 5% or a number from 0 to 1'],
    [
      'training.params',
      { rounds: [1] },
      '[1]: expected a number, or text of at most 10000 characters, or true or false',
    ],
  ])('%s of %j', (path, value, message) => {
    expect(messageOf(path, value)).toBe(message);
  });

  it('once, although it breaks several parts of it', () => {
    expect(judge({ 'data.label.classes': 'a' })).toHaveLength(1);
    expect(judge({ 'data.id': '' })).toHaveLength(1);
  });
});

describe('a value that is written in another way than it is meant is told how to write it', () => {
  it.each<[string, unknown, string]>([
    ['training.search.trials', '3', 'Write a number without quotes: 3. Points that are tried.'],
    [
      'charter.goal',
      5,
      'Write text in quotes: "5". The business goal, in a sentence that its owner would sign.',
    ],
    ['data.id', 2001, 'Write text in quotes: "2001". Unique id column of the feature rows.'],
    ['charter.owners.ml-engineer', 'tomas', 'Write a list: ["tomas"]. Principals. At most 100.'],
    ['release.canary.share', 5, 'Write 5%. Of the entities, by sticky hash.'],
    ['split.train', 7, 'Ends where test begins.'],
  ])('%s of %j', (path, value, remedy) => {
    expect(remedyOf(path, value)).toBe(remedy);
  });

  it('with the digits that it has in the file', () => {
    expect(written('id: id', 'id: 1.10')[0]).toMatchObject({
      message: '1.10 (1.1): expected a column name of 1 to 200 characters',
      remedy: 'Write text in quotes: "1.10". Unique id column of the feature rows.',
    });
  });
});

describe('the values of a check oneOf', () => {
  const ofValues = (values: unknown) => judge({ 'data.checks': [{ oneOf: { column: 'x', values } }] });
  const LIST = 'expected a list of 1 to 10000 entries';
  const ENTRY = 'expected text, or a number, or true or false';

  it.each<[unknown, string, string, string]>([
    ['AA', '', `"AA": ${LIST}`, 'Write a list: ["AA"]. Allowed values. At most 10000.'],
    [3, '', `3: ${LIST}`, 'Write a list: [3]. Allowed values. At most 10000.'],
    [null, '', `null: ${LIST}`, 'Allowed values. At most 10000.'],
    [{ a: 1 }, '', `{"a":1}: ${LIST}`, 'Allowed values. At most 10000.'],
    [[], '', `[]: ${LIST}, found 0`, 'Allowed values. At most 10000.'],
    [['a', ['b']], '[1]', `["b"]: ${ENTRY}`, 'Allowed values. At most 10000.'],
    [[null], '[0]', `null: ${ENTRY}`, 'Allowed values. At most 10000.'],
    [[{ a: 1 }], '[0]', `{"a":1}: ${ENTRY}`, 'Allowed values. At most 10000.'],
  ])('of a wrong form are told the rule: %j', (values, at, message, remedy) => {
    expect(ofValues(values)).toMatchObject([{ path: `data.checks[0].oneOf.values${at}`, message, remedy }]);
  });

  it('may be of several types', () => {
    expect(ofValues([1, 'a', true, ''])).toEqual([]);
  });
});

describe('a number that is not finite', () => {
  it.each([
    ['.nan', 'NaN'],
    ['.inf', 'Infinity'],
    ['-.inf', '-Infinity'],
    ['1e999', 'Infinity'],
  ])('is shown as it is written, and never as null: %s', (text, shown) => {
    expect(written('atLeast: 0.7', `atLeast: ${text}`)[0]?.message).toBe(
      `${text} (${shown}) is not finite: expected a number`,
    );
  });

  it('is shown inside of a list too', () => {
    expect(written('command:\n', 'command: { a: [.nan, -.inf] }\n  spare:\n')[0]?.message).toBe(
      '{"a":[NaN,-Infinity]}: expected a list of 1 to 1000 entries',
    );
  });
});

describe('classes', () => {
  const ABOUT =
    'The three or more classes of multiclass-classification, in the order of the model’s outputs. Two classes are binary-classification: labels 0 and 1, and no `classes`. At most 1000.';

  it.each([[[]], [['late']], [['late', 'early']]])(
    'that are fewer than three are told what one and two of them mean: %j',
    (classes) => {
      for (const problem of ['multiclass-classification', 'binary-classification'])
        expect(judge({ 'data.label.classes': classes, 'charter.problem': problem })).toMatchObject([
          {
            path: 'data.label.classes',
            message: `${JSON.stringify(classes)}: expected a list of 3 to 1000 entries, found ${classes.length}`,
            remedy: ABOUT,
          },
        ]);
    },
  );
});

describe('a name that JavaScript knows', () => {
  it.each([
    ['charter.owners', '    business-stakeholder:', '    __proto__: [eve]\n    business-stakeholder:'],
    ['training.params', '  search:', '  params: { __proto__: 3 }\n  search:'],
    ['training.search.space', '      rounds:', '      __proto__: { int: [1, 2] }\n      rounds:'],
    ['data.sources', '    events:', '    __proto__: { parquet: a }\n    events:'],
    ['approval.quorum', '  quorum:\n', '  quorum:\n    __proto__: 1\n'],
  ])('is refused if a program would drop it: __proto__ in %s', (field, from, to) => {
    expect(written(from, to)).toMatchObject([
      {
        path: `${field}.__proto__`,
        message: '"__proto__" is not allowed as a name',
        remedy: 'Give it another name, or take it out.',
      },
    ]);
  });

  it.each(['constructor', 'prototype', 'toString'])('is a name like any other otherwise: %s', (name) => {
    const { spec, problems } = examineSpec(
      parseYaml(
        stringify({ ...specInput, training: { ...specInput.training, params: { [name]: 3 } } }).replace(
          '      rounds:',
          `      ${name}: { int: [1, 2] }\n      rounds:`,
        ),
      ),
    );
    expect(problems).toEqual([]);
    expect(spec?.training.params).toEqual({ [name]: 3 });
    expect(Object.keys(spec?.training.search.space ?? {})).toEqual([name, 'rounds']);
    expect(judge({ [`charter.owners.${name}`]: ['eve'] })[0]?.message).toBe(`unknown key "${name}"`);
  });
});

it('a threshold that its metric cannot reach is refused before anything starts', () => {
  expect(judge({ 'charter.success.atLeast': 75 })).toMatchObject([
    {
      path: 'charter.success.atLeast',
      message: '75: roc_auc lies from 0 to 1, so that no model reaches it',
      remedy: '75 % is 0.75.',
      line: 8,
    },
  ]);
});
