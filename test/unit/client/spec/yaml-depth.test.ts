import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { examineSpec } from '../../../../client/spec/check.js';
import { parseYaml } from '../../../../client/spec/read.js';
import { depthFault } from '../../../../client/spec/yaml-depth.js';
import { specInput } from '../../../support/fixtures.js';

const nested = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n');

describe('a model file', () => {
  it.each<[string, string, { line: number; column: number }]>([
    ['brackets', `model: tiny\ncharter: ${'['.repeat(100_000)}`, { line: 2, column: 74 }],
    ['brackets that are closed', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, { line: 1, column: 65 }],
    ['maps in a line', '{a: '.repeat(5_000), { line: 1, column: 257 }],
    ['lists in a line', `${'- '.repeat(5_000)}x`, { line: 1, column: 129 }],
    ['keys in a line', '? '.repeat(5_000), { line: 1, column: 129 }],
    ['lines', nested(1_000), { line: 130, column: 1 }],
    ['lines after a text of several lines', `x: |\n  text\n${'? '.repeat(5_000)}`, { line: 3, column: 129 }],
  ])('that is nested too deep by %s is refused with the place, before it is parsed', (_how, text, place) => {
    const { spec, problems } = examineSpec(parseYaml(text));
    expect(spec).toBeNull();
    expect(problems).toMatchObject([
      {
        message: expect.stringMatching(
          /^is nested too deep: (more than 64 brackets|a line is indented)/,
        ) as string,
        remedy: expect.stringContaining('fewer than ten levels') as string,
        ...place,
      },
    ]);
  });

  it('of four megabytes of brackets is refused at once', () => {
    const begun = performance.now();
    expect(examineSpec(parseYaml('['.repeat(4 * 2 ** 20))).problems).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('whose aliases nest without end, or whose anchor is missing, is refused in words of ours', () => {
    const messages = ['a: &a [*a]', 'a: &a {b: *a}', 'a: *b'].map(
      (text) => examineSpec(parseYaml(text)).problems[0]?.message,
    );
    expect(messages).toEqual([
      'the model file is nested more than 32 levels deep',
      'the model file is nested more than 32 levels deep',
      'its aliases cannot be resolved: no anchor &b comes before *b',
    ]);
  });
});

it.each<[string, string]>([
  ['the model file of the tests', stringify(specInput)],
  [
    'brackets in texts and comments',
    `a: "${'['.repeat(200)}"\nb: '${'{'.repeat(200)}'\nc: x${'['.repeat(200)}\n# ${'['.repeat(200)}`,
  ],
  ['a text with a large indent', `a: |\n  sql\n${' '.repeat(300)}from b\nc: 1\n`],
  ['a folded text with a large indent', `a: >-\n  sql\n${' '.repeat(300)}from b\nc: 1\n`],
  ['a plain text that goes on far to the right', `a: select\n${' '.repeat(300)}from b\nc: 1\n`],
  ['a long line', `a: [${'x, '.repeat(5_000)}x]`],
  ['many lists beside each other', `a: ${'[x]\nb: '.repeat(500)}`],
  ['more closing brackets than opening ones', `${']'.repeat(500)}\na: [1]`],
])('%s is not nested too deep', (_what, text) => {
  expect(depthFault(text)).toBeUndefined();
});
