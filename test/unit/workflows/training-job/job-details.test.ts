import { describe, expect, it } from 'vitest';
import type { Progress, TrainingJobState } from '../../../../contracts/training.js';
import { jobDetails, told } from '../../../../workflows/training-job/job-details.js';

const state: TrainingJobState = {
  intent: 'tiny/r-1/trial-0',
  attempt: 2,
  phase: 'running',
  jobKey: 'ms-key-a2',
  progress: null,
};
const point = (step: number): Progress => ({
  step,
  total: 1_000,
  metrics: { loss: 1 / step },
  at: new Date(Date.UTC(2026, 0, 1) + step * 1_000).toISOString(),
});

describe('the details of a training job', () => {
  it('have a bar, the last metrics, the curve, the time to go, and how to see what it prints', () => {
    const points = [100, 200, 400].map(point);
    const details = jobDetails(state, 'local', [], points);
    expect(details).toContain('████████░░░░░░░░░░░░ 40 %  step 400 of 1000  loss 0.0025  █▃▁  10 min to go');
    expect(details).toContain('told at 2026-01-01 00:06 UTC.');
    expect(details).toContain('`mainspring logs ms-key-a2 -f`');
  });

  it('show no progress before the first report', () => {
    expect(jobDetails(state, 'local', [])).not.toContain('told at');
  });
});

describe('the kept reports of an attempt', () => {
  it('stay bounded however long it trains, and include the first and the newest', () => {
    const points = Array.from({ length: 5_000 }, (_, index) => point(index + 1)).reduce<Progress[]>(told, []);
    expect(points.length).toBeLessThanOrEqual(60);
    expect(points[0]?.step).toBe(1);
    expect(points.at(-1)?.step).toBe(5_000);
  });

  it('begin anew with another attempt', () => {
    expect(told([point(500)], null)).toEqual([]);
    expect(told([point(500)], point(20))).toEqual([point(20)]);
  });
});
