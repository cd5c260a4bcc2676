import { describe, expect, it } from 'vitest';
import { observe } from '../../../../activities/deployment/await-observed.js';
import { gather } from '../../../../activities/deployment/watch-canary.js';
import type { GatewayReport } from '../../../../contracts/release.js';

const report = (
  gateway: string,
  observedGeneration: number,
  change: Partial<GatewayReport> = {},
): GatewayReport => ({
  gateway,
  model: 'tiny',
  observedGeneration,
  problem: null,
  refusedGeneration: null,
  arms: [],
  at: '2001-02-01T00:00:00.000Z',
  ...change,
});

describe('observations of gateways', () => {
  it.each([
    ['unreachable', [], [report('dead', 7)], 'start one'],
    ['observed', ['a', 'b'], [report('a', 3), report('b', 4)], '2 of 2 gateways'],
    ['waiting', ['a', 'b'], [report('a', 3), report('b', 2)], 'waiting for b'],
    ['waiting', ['a', 'new'], [report('a', 3)], 'waiting for new'],
    ['waiting', ['a'], [report('a', 2, { problem: 'connect ECONNREFUSED' })], 'ECONNREFUSED'],
    [
      'refused',
      ['a', 'b'],
      [report('a', 3), report('b', 2, { problem: 'golden', refusedGeneration: 3 })],
      'b: golden',
    ],
    ['waiting', ['a'], [report('a', 2, { problem: 'old', refusedGeneration: 1 })], 'waiting for a'],
  ])('is %s when live are %j', (state, live, reports, why) => {
    const observed = observe({ live, reports }, 3);
    expect(observed.state).toBe(state);
    expect(observed.why).toContain(why);
  });
});

describe('evidence over gateways', () => {
  const arm = (version: number, requests: number, compared: number, difference: number, p99: number) => ({
    version,
    arm: 'candidate' as const,
    requests,
    errors: 1,
    latencyP50Ms: 1,
    latencyP99Ms: p99,
    compared,
    meanAbsoluteDifference: difference,
  });

  it('adds counts, weighs differences, takes the slowest p99, and leaves out other versions and older generations', () => {
    const reports = [
      report('a', 5, { arms: [arm(2, 10, 10, 0.1, 3), { ...arm(1, 99, 0, 0, 9), arm: 'champion' }] }),
      report('b', 6, { arms: [arm(2, 30, 30, 0.3, 7)] }),
      report('c', 4, { arms: [arm(2, 1_000, 1_000, 0.9, 99)] }),
      report('d', 5, { arms: [arm(3, 1_000, 1_000, 0.9, 99)] }),
    ];
    const evidence = gather(reports, { version: 2, generation: 5 });
    expect(evidence).toMatchObject({ requests: 40, errors: 2, compared: 40, latencyP99Ms: 7 });
    expect(evidence.meanAbsoluteDifference).toBeCloseTo(0.25, 12);
  });

  it('is empty before the first report', () => {
    expect(gather([], { version: 2, generation: 1 })).toEqual({
      requests: 0,
      errors: 0,
      latencyP99Ms: 0,
      compared: 0,
      meanAbsoluteDifference: 0,
    });
  });
});
