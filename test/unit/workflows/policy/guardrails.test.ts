import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryEvidence } from '../../../../contracts/release.js';
import { ReleaseSpec } from '../../../../contracts/spec/release.js';
import { durationMs } from '../../../../contracts/primitives/duration.js';
import { judgeCanary, nextLookMs } from '../../../../workflows/policy/guardrails.js';

const spec = ReleaseSpec.parse({
  canary: { share: '10%', minRequests: 500, minTime: '5s', maxTime: '1h' },
  guardrails: { errorRate: '1%', latencyP99Ms: 20, scoreShift: 0.05 },
});
const fine: CanaryEvidence = {
  requests: 500,
  errors: 0,
  latencyP99Ms: 3,
  compared: 400,
  meanAbsoluteDifference: 0.01,
};
const clock = { elapsedMs: 10_000, leftMs: 60_000 };
const judge = (change: Partial<CanaryEvidence>, time = clock) =>
  judgeCanary(spec, { ...fine, ...change }, time);

describe('a canary', () => {
  it('passes with enough requests, enough time and figures within the guardrails, and says the figures', () => {
    expect(judge({})).toEqual({
      verdict: 'pass',
      why: 'within all guardrails: 500 requests, 0 errors, p99 3 ms, mean score difference 0.0100 over 400',
    });
  });

  it.each([
    ['requests', { requests: 499 }, clock, '1 more requests'],
    ['compared scores', { compared: 99 }, clock, 'scores to compare'],
    ['time', {}, { elapsedMs: 2_000, leftMs: 60_000 }, '3 s of minTime'],
  ])('waits for more %s and says so', (_what, change, time, why) => {
    const judged = judge(change, time);
    expect(judged.verdict).toBe('wait');
    expect(judged.why).toContain(why);
  });

  it.each([
    ['errors', { errors: 6 }, 'errors 1.2 % above 1 %'],
    ['latency', { latencyP99Ms: 20.5 }, 'latency p99 20.5 ms above 20 ms'],
    ['scores', { meanAbsoluteDifference: 0.051 }, 'mean score difference 0.0510 above 0.05'],
  ])('breaks its guardrail of %s with the figures', (_what, change, why) => {
    const judged = judge(change);
    expect(judged.verdict).toBe('breach');
    expect(judged.why).toContain(why);
  });

  it('is not judged on latency or scores of a few requests, but on errors that more requests cannot mend', () => {
    expect(judge({ requests: 20, latencyP99Ms: 500, meanAbsoluteDifference: 0.9 }).verdict).toBe('wait');
    expect(judge({ requests: 20, errors: 5 }).verdict).toBe('wait');
    expect(judge({ requests: 20, errors: 6 }).verdict).toBe('breach');
  });

  it('breaks when its time is over without enough traffic, and passes at the same moment with enough', () => {
    const over = { elapsedMs: 3_600_000, leftMs: 0 };
    expect(judge({ requests: 499 }, over)).toMatchObject({ verdict: 'breach' });
    expect(judge({ requests: 499 }, over).why).toContain('canary.maxTime of 1h is over');
    expect(judge({}, over).verdict).toBe('pass');
  });

  it('never gets better by errors', () => {
    const rank = { breach: 0, wait: 1, pass: 2 };
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(100), fc.nat(100), (requests, errors, more) => {
        const without = rank[judge({ requests, errors }).verdict];
        expect(rank[judge({ requests, errors: errors + more }).verdict]).toBeLessThanOrEqual(without);
      }),
    );
  });

  it.each(['1m', '1h', '1d', '4w'])('of %s is looked at 2,000 times at most', (maxTime) => {
    const look = nextLookMs({ ...spec.canary, maxTime }, { elapsedMs: 1e6, leftMs: 1e12 });
    expect(durationMs(maxTime) / look).toBeLessThanOrEqual(2_000);
  });

  it('is looked at again when its minTime is reached, and at once when its time is over', () => {
    expect(nextLookMs(spec.canary, { elapsedMs: 4_500, leftMs: 60_000 })).toBe(500);
    expect(nextLookMs(spec.canary, { elapsedMs: 60_000, leftMs: -1 })).toBe(0);
  });
});
