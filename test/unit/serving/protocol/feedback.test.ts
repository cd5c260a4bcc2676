import { describe, expect, it } from 'vitest';
import { BINARY, type Problem } from '../../../../contracts/problems/index.js';
import { parseLabels } from '../../../../serving/protocol/feedback.js';

const classes: Problem = { type: 'multiclass-classification', classes: ['Adelie', 'Chinstrap', 'Gentoo'] };
const label = (value: unknown) => [{ inference_id: 'f-1', label: value, label_ts: '2001-02-01T10:00:00Z' }];
const read = (sent: unknown, problem: Problem = BINARY) => parseLabels(sent, { model: 'tiny', problem });
const parsed = (value: unknown, problem: Problem) => read(label(value), problem).labels[0]?.label;

describe('labels of feedback', () => {
  it('are numbers, and for classes also their text', () => {
    expect(parsed(1, BINARY)).toBe(1);
    expect(parsed('Gentoo', classes)).toBe(2);
    expect(parsed(0, classes)).toBe(0);
    expect(parsed(-12.5, { type: 'regression' })).toBe(-12.5);
  });

  it.each<[string, unknown, Problem, string]>([
    ['a third label of two', 2, BINARY, 'labels[0].label is 2, expected 0 or 1'],
    ['a text for a number', '1', BINARY, 'labels[0].label is "1", expected 0 or 1'],
    ['a class that is not declared', 'Emperor', classes, 'Adelie, Chinstrap, Gentoo'],
    ['a class number that is not there', 3, classes, 'Adelie, Chinstrap, Gentoo'],
    ['a text for a regression', 'much', { type: 'regression' }, 'expected a finite number within ±3.4e38'],
    ['nothing', null, BINARY, 'expected 0 or 1'],
    ['below the first', -1, BINARY, 'expected 0 or 1'],
    ['a probability', 0.97, BINARY, 'expected 0 or 1'],
    ['part of a class', 0.5, classes, 'Adelie, Chinstrap, Gentoo'],
    ['more than a double', Infinity, { type: 'regression' }, 'is Infinity, expected a finite number'],
    ['more than a prediction can be', -1e39, { type: 'regression' }, 'within ±3.4e38'],
  ])('are refused when they are %s', (_what, value, problem, text) => {
    const { labels, refused } = read(label(value), problem);
    expect(labels).toEqual([]);
    expect(refused).toEqual([{ at: 0, reason: expect.stringContaining(text) as string }]);
  });

  it.each([
    ['a NUL in the id', { inference_id: 'a\0' }, 'labels[1].inference_id is "a\\u0000"'],
    ['half a character in the id', { inference_id: '\ud83d' }, 'labels[1].inference_id'],
    ['a long id', { inference_id: 'x'.repeat(401) }, '1 to 400 characters'],
    ['no id', { inference_id: null }, 'labels[1].inference_id is null'],
    [
      'a number for a time',
      { label_ts: '5' },
      'labels[1].label_ts is "5", expected an instant with its zone',
    ],
    ['a time in words', { label_ts: 'May 1, 2013' }, 'labels[1].label_ts'],
    ['a time without zone', { label_ts: '2013-05-01T00:00:00' }, 'labels[1].label_ts'],
    ['no time', { label_ts: null }, 'labels[1].label_ts is null'],
    ['another model', { model: 'other' }, 'labels[1].model is "other", but the request is for tiny'],
  ])('with %s harm only themselves', (_what, change, text) => {
    const [good] = label(1);
    const { labels, refused } = read([
      good,
      { ...good, inference_id: 'f-3', ...change },
      { ...good, inference_id: 'f-2' },
    ]);
    expect(labels.map(({ inferenceId }) => inferenceId)).toEqual(['f-1', 'f-2']);
    expect(refused).toEqual([{ at: 1, reason: expect.stringContaining(text) as string }]);
  });

  it('that are bad never replace a good one of the same row', () => {
    const [good] = label(1);
    const bad = { ...good, label: 2, label_ts: '2002-01-01T00:00:00Z' };
    expect(read([good, bad]).labels).toMatchObject([{ label: 1 }]);
  });

  it('may name the model of the request', () => {
    const [good] = label(1);
    expect(read([{ ...good, model: 'tiny' }]).refused).toEqual([]);
    expect(read([{ ...good, model: null }]).refused).toEqual([]);
  });

  it('of which two are for one inference keep the newest, and tell the other', () => {
    const at = (value: number, hour: string) => ({
      ...label(value)[0],
      label_ts: `2001-02-01T${hour}:00:00Z`,
    });
    for (const [sent, kept, other] of [
      [[at(0, '10'), at(1, '11')], 1, 0],
      [[at(1, '11'), at(0, '10')], 0, 1],
      [[at(1, '10'), at(0, '10')], 0, 1],
    ] as const) {
      const { labels, refused } = read(sent);
      expect(labels).toMatchObject([{ label: 1 }]);
      expect(refused).toEqual([
        {
          at: other,
          reason: `labels[${other}].inference_id is "f-1", as is labels[${kept}].inference_id, whose label is kept: expected one label for each inference, the newest`,
        },
      ]);
    }
  });

  it('that are refused stand in the order of the request', () => {
    const bad = { ...label(2)[0], inference_id: 'f-2' };
    expect(read([...label(1), bad, ...label(1), ...label(0)]).refused.map(({ at }) => at)).toEqual([1, 2, 3]);
  });

  it.each([null, 5, 'x', [], [['x']].at(0)])('may be any JSON: %j is one bad label', (one) => {
    expect(read([one]).refused).toHaveLength(1);
  });
});
