import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, progressFigures, progressLine, sparkline, toGo } from '../../../contracts/progress.js';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
const point = (
  step: number,
  seconds: number,
  metrics: Record<string, number> = {},
  total: number | null = 100,
) => ({
  step,
  total,
  metrics,
  at: at(seconds),
});

describe('a bar', () => {
  it.each([
    [0, '░░░░'],
    [0.5, '██░░'],
    [1, '████'],
    [7, '████'],
    [-1, '░░░░'],
  ])('of %d is %s', (share, shown) => expect(bar(share, 4)).toBe(shown));
});

describe('a curve', () => {
  it('goes from the lowest to the highest block', () => {
    expect(sparkline([3, 2, 1])).toBe('█▅▁');
    expect(sparkline([5, 5])).toBe('▁▁');
    expect(sparkline([])).toBe('');
  });

  it('is as wide as it may be, and ends with the newest value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const shown = sparkline([...values, 2], 10);
          expect(shown).toHaveLength(Math.min(10, values.length + 1));
          expect(shown.endsWith('█')).toBe(true);
        },
      ),
    );
  });
});

describe('the progress of a job', () => {
  it('says the time to go from the rate since its first word, also when it resumed', () => {
    const figures = progressFigures([point(50, 0), point(60, 20), point(70, 40)]);
    expect(figures).toMatchObject({ share: 0.7, remainingSeconds: 60 });
  });

  it('has no time to go before there is a rate, and without a total', () => {
    expect(progressFigures([point(1, 0)])?.remainingSeconds).toBeNull();
    expect(progressFigures([point(1, 0, {}, null), point(2, 9, {}, null)])).toMatchObject({
      share: null,
      remainingSeconds: null,
    });
    expect(progressFigures([])).toBeNull();
  });

  it('is one line, with the loss first', () => {
    const points = [9, 4, 1].map((loss, index) => point(25 * (index + 1), 10 * index, { rate: 0.1, loss }));
    expect(progressLine(progressFigures(points)!, 4)).toBe(
      '███░ 75 %  step 75 of 100  loss 1  rate 0.1  █▄▁  10 s to go',
    );
  });

  it('shows only figures that the trainer reports', () => {
    expect(progressLine(progressFigures([point(3, 0, {}, null)])!)).toBe('step 3');
  });
});

it.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [600, '10 min'],
  [12_000, '3 h 20 min'],
  [190_000, '2 d 4 h'],
])('%d seconds are %s', (seconds, text) => expect(toGo(seconds)).toBe(text));
