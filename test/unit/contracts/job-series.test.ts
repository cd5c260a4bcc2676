import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JobSeries, emptySeries, extended } from '../../../contracts/job-series.js';

const line = (step: number) => ({ step, total: null, metrics: {}, at: '2026-01-01T00:00:00.000Z' });
const after = (lines: number, limit: number): JobSeries =>
  Array.from({ length: lines }, (_, step) => step).reduce(
    (series, step) => extended(series, line(step), limit),
    emptySeries('job'),
  );

it('a series keeps every line until it is full', () => {
  expect(after(10, 10).points.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('a series is bounded, in order, evenly spread, and ends with the first and the newest line', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 4, max: 60 }), (lines, limit) => {
      const { points, stride, lines: seen } = after(lines, limit);
      const steps = points.map(({ step }) => step);
      expect(seen).toBe(lines);
      expect(points.length).toBeLessThanOrEqual(limit);
      expect(points.length).toBeGreaterThanOrEqual(Math.min(lines, Math.floor(limit / 2)));
      expect(steps[0]).toBe(0);
      expect(steps.at(-1)).toBe(lines - 1);
      // All points except the newest lie on the grid, without gaps.
      expect(steps.slice(0, -1)).toEqual(steps.slice(0, -1).map((_, index) => index * stride));
    }),
    { numRuns: 60 },
  );
});
