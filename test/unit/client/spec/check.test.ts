import { mkdtemp, mkdir, rm, writeFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ModelSpecInput } from '../../../../contracts/spec/model-spec.js';
import { checkSpec, examineSpec } from '../../../../client/spec/check.js';
import { parseYaml } from '../../../../client/spec/read.js';
import { specInput } from '../../../support/fixtures.js';

const problemsOf = (text: string) => examineSpec(parseYaml(text)).problems;
const judgeChange = (change: Partial<ModelSpecInput>) => problemsOf(stringify({ ...specInput, ...change }));
const valid = stringify(specInput);

describe('a model file', () => {
  it('without problems gives the spec with its defaults', () => {
    const { spec, problems } = examineSpec(parseYaml(valid));
    expect(problems).toEqual([]);
    expect(spec?.approval.expires).toBe('7d');
  });

  it('is told where a key is misspelt, what was meant and what is allowed', () => {
    const [problem] = problemsOf(valid.replace('  goal:', '  gaol:')).filter(
      ({ path }) => path === 'charter.gaol',
    );
    expect(problem).toMatchObject({
      message: 'unknown key "gaol"',
      remedy: 'Did you mean "goal"? Allowed here: goal, problem, success, owners, requirements, decisions.',
      line: 4,
      column: 3,
    });
  });

  it('with one slip of syntax is told the first errors, not all that follow from it', () => {
    expect(problemsOf(`- ${valid}`).length).toBeLessThanOrEqual(20);
    expect(problemsOf(`- ${valid}`)[0]).toMatchObject({
      line: 2,
      remedy: 'Mend the YAML syntax at this place.',
    });
  });

  it('is told the allowed values of a word that is not one of them, with the nearest', () => {
    const [problem] = problemsOf(valid.replace('metric: roc_auc', 'metric: auc'));
    expect(problem).toMatchObject({
      path: 'charter.success.metric',
      message: '"auc" is not allowed here',
      remedy: expect.stringMatching(/^Did you mean "roc_auc"\? Allowed: .*brier.*roc_auc/) as string,
      line: 7,
      column: 13,
    });
  });

  it('without goal, success metric or owners is told each of them', () => {
    const problems = problemsOf(
      valid.replace(/ {2}goal:.*\n/, '').replace('roc_auc\n    atLeast: 0.7', 'roc_auc'),
    );
    expect(problems).toMatchObject([
      { path: 'charter.goal', message: 'is required and missing' },
      { path: 'charter.success', message: expect.stringContaining('needs atLeast or atMost') as string },
    ]);
    const [owners] = judgeChange({ charter: { ...specInput.charter, owners: {} } });
    expect(owners?.message).toContain('needs at least one role with a principal');
  });

  it.each<[string, unknown, string, string]>([
    ['a misspelt check', { notNul: ['x'] }, 'data.checks[0].notNul', 'Did you mean "notNull"?'],
    [
      'a misspelt part of a check',
      { range: { colum: 'x', min: 1 } },
      'data.checks[0].range.colum',
      'Did you mean "column"?',
    ],
  ])('names %s and not all the forms that it is not', (_what, check, path, remedy) => {
    const problems = judgeChange({ data: { ...specInput.data, checks: [check as never] } });
    expect(problems.find((problem) => problem.path === path)?.remedy).toContain(remedy);
    expect(problems.length).toBeLessThan(3);
  });

  it('is told the unit of a duration', () => {
    const [problem] = judgeChange({ split: { ...specInput.split, train: '24 days' } });
    expect(problem?.message).toBe(
      '"24 days": a number with a unit of ms, s, m, h, d or w, such as 30s, 6h or 7d, from 1ms to 2600w',
    );
  });

  it('with broken YAML is reported with its place only', () => {
    const problems = problemsOf('apiVersion: mainspring/v1\nmodel: [tiny\ncharter: {}\n');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 3, remedy: expect.stringContaining('YAML') as string });
  });

  it('with a key twice is told so', () => {
    expect(problemsOf(`${valid}model: other\n`)[0]?.message).toContain('unique');
  });
});

describe('fields that owe each other something', () => {
  const gate = { name: 'good enough', metric: 'roc_auc' as const, atLeast: 0.7 };
  it.each<[string, Partial<ModelSpecInput>, string, RegExp]>([
    [
      'a quorum role without owners',
      { approval: { quorum: { 'data-engineer': 1 } } },
      'approval.quorum',
      /1 vote of data-engineer, but only nobody/,
    ],
    [
      'a quorum larger than its owners',
      { approval: { quorum: { 'ml-engineer': 2 } } },
      'approval.quorum',
      /2 votes of ml-engineer, but only tomas/,
    ],
    [
      'two roles that one person cannot both fill',
      {
        charter: {
          ...specInput.charter,
          owners: { 'business-stakeholder': ['maya'], 'ml-engineer': ['maya'] },
        },
      },
      'approval.quorum',
      /2 votes of business-stakeholder and ml-engineer, but only maya/,
    ],
    [
      'a gate on a metric that is not computed',
      { evaluation: { gates: [{ name: 'b', metric: 'brier', atMost: 0.2 }] } },
      'evaluation.gates[0].metric',
      /"brier" is not computed/,
    ],
    [
      'two gates of one name',
      { evaluation: { gates: [gate, gate] } },
      'evaluation.gates',
      /two gates are named "good enough"/,
    ],
    [
      'a slice that no feature has',
      { evaluation: { gates: [gate], slices: [{ by: 'hour' }] } },
      'evaluation.slices[0].by',
      /"hour" is no column/,
    ],
    [
      'the label among the features',
      { features: { sql: 'f.sql', set: ['x', 'label'] } },
      'features.set[1]',
      /a model must not see it/,
    ],
    [
      'a feature twice',
      { features: { sql: 'f.sql', set: ['x', 'x'] } },
      'features.set',
      /"x" is listed twice/,
    ],
    [
      'validation as long as train',
      { split: { by: 'time', train: '4d', validation: '4d', test: '7d' } },
      'split.validation',
      /leaves nothing of train/,
    ],
    [
      'retraining on less than is held out',
      { retraining: { trainOn: { last: '11d' } } },
      'retraining.trainOn.last',
      /holds no more than/,
    ],
    [
      'a drift alarm that never comes',
      { monitoring: { drift: { consecutive: { k: 3, of: 2 } } } },
      'monitoring.drift.consecutive',
      /no alarm could ever/,
    ],
    [
      'a check of an unknown source',
      { data: { ...specInput.data, checks: [{ rows: { min: 1 }, source: 'evnts' }] } },
      'data.checks[0].source',
      /"evnts" is no source/,
    ],
    [
      'a range upside down',
      { data: { ...specInput.data, checks: [{ range: { column: 'x', min: 2, max: 1 } }] } },
      'data.checks[0]',
      /min 2 is above max 1/,
    ],
    ...(
      [
        ['[A-Z', /"\[A-Z" is no regular expression of RE2: unterminated character class/],
        ['(?=A).*', /it looks ahead or behind, which RE2 cannot/],
        [String.raw`(.)\1`, /it refers back to a group, which RE2 cannot/],
      ] as const
    ).map(([regex, message]): [string, Partial<ModelSpecInput>, string, RegExp] => [
      `the pattern ${regex}`,
      { data: { ...specInput.data, checks: [{ pattern: { column: 'x', regex } }] } },
      'data.checks[0].pattern.regex',
      message,
    ]),
  ])('are refused: %s', (_what, change, path, message) => {
    const problems = judgeChange(change);
    expect(problems).toMatchObject([{ path, message: expect.stringMatching(message) as string }]);
    expect(problems[0]?.remedy).not.toBe('');
    expect(problems[0]?.line).toBeGreaterThan(0);
  });
});

it('a check that does not apply to the problem type is refused', () => {
  const problems = judgeChange({
    charter: { ...specInput.charter, problem: 'regression' },
    data: { ...specInput.data, checks: [{ labelRate: { min: 0.1, max: 0.9 } }] },
  });
  expect(problems.find(({ path }) => path === 'data.checks[0].labelRate')?.message).toMatch(
    /does not apply to regression, only to binary-classification/,
  );
});

it.each([
  '[A-Z]{3}',
  '(?i)ok|(?s:a.b)',
  String.raw`\Q(\E`,
  '(?P<year>[0-9]{4})',
  '[[:alpha:]]+',
  String.raw`\p{Lu}\(\?=`,
])('a pattern may be %s', (regex) => {
  expect(judgeChange({ data: { ...specInput.data, checks: [{ pattern: { column: 'x', regex } }] } })).toEqual(
    [],
  );
});

describe('files that a spec names', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mainspring-check-'));
    await writeFile(join(folder, 'model.yaml'), valid);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are told missing, empty or of the wrong kind, each with its place', async () => {
    await writeFile(join(folder, 'events.parquet'), '');
    await writeFile(join(folder, 'clean.sql'), 'select 1');
    await mkdir(join(folder, 'features.sql'));
    await writeFile(join(folder, 'trainer'), 'not a folder');
    const { spec, problems } = await checkSpec(join(folder, 'model.yaml'));
    expect(spec).toBeNull();
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'data.sources.events.parquet: "events.parquet" is empty',
      'features.sql: "features.sql" is not a file',
      'training.code: "trainer" is not a folder',
      'training.environment: "requirements.lock" does not exist',
    ]);
    expect(problems[0]?.line).toBe(17);
  });

  it('are refused where the lock file leaves a version open, or the code folder has no end', async () => {
    const place = join(folder, 'open');
    await mkdir(join(place, 'trainer'), { recursive: true });
    await writeFile(join(place, 'model.yaml'), valid);
    for (const name of ['events.parquet', 'clean.sql', 'features.sql', 'trainer/train.py'])
      await writeFile(join(place, name), 'x');
    await symlink('.', join(place, 'trainer/a'));
    await writeFile(join(place, 'requirements.lock'), 'numpy==2.4.6\npandas>=2\n');
    const { spec, problems } = await checkSpec(join(place, 'model.yaml'));
    expect(spec).toBeNull();
    expect(problems.map(({ path }) => path)).toEqual(['training.code', 'training.environment']);
    expect(problems[0]?.message).toMatch(/trainer\/a is a symbolic link .*no end/);
    expect(problems[1]?.message).toContain('line 2: "pandas>=2"');
    expect(problems[1]?.remedy).toMatch(/pip install -r .* && .*pip freeze > .*requirements\.lock/);
  });

  it('may be a module: its default export is judged by the same rules', async () => {
    await writeFile(join(folder, 'model.mts'), `const model: string = 'UPPER';\nexport default { model };\n`);
    const { problems } = await checkSpec(join(folder, 'model.mts'));
    expect(problems.find(({ path }) => path === 'model')?.message).toContain('"UPPER": lower-case letters');
    await writeFile(join(folder, 'empty.mts'), 'export const model = 1;\n');
    await expect(checkSpec(join(folder, 'empty.mts'))).rejects.toThrow('has no default export');
    await expect(checkSpec(join(folder, 'model.txt'))).rejects.toMatchObject({ kind: 'usage' });
    await expect(checkSpec(join(folder, 'gone.yaml'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('a model file that no program may have to bear', () => {
  const problemOf = (change: Record<string, unknown>) => judgeChange(change)[0];

  it.each([
    ['longer than a date can hold', { split: { ...specInput.split, train: '99999999999w' } }, 'split.train'],
    ['in which nothing happens', { monitoring: { window: '0s' } }, 'monitoring.window'],
    [
      'of an approval without end',
      { approval: { ...specInput.approval, expires: '999999999999w' } },
      'approval.expires',
    ],
    ['that is negative', { data: { ...specInput.data, limits: { memory: '-5GB' } } }, 'data.limits.memory'],
  ])('has a span or a size %s: it is refused by its path', (_what, change, path) => {
    expect(problemOf(change)?.path).toBe(path);
  });

  it('has a NUL in a text: it is refused by its path', () => {
    const problem = problemOf({ charter: { ...specInput.charter, goal: 'long enough \u0000 a goal' } });
    expect(problem).toMatchObject({ path: 'charter.goal', message: 'has a NUL character' });
  });

  it('has aliases that grow without end, or contain themselves: it is refused', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [at, name] of [...'bcdefgh'].entries())
      lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[at]}`).join(', ')}]`);
    for (const text of [lines.join('\n'), 'a: &a [*a]'])
      expect(problemsOf(text)[0]?.message).toMatch(/aliases|more than/);
  });
});
