import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../../contracts/spec/contradictions.js';
import { ModelSpec, type ModelSpecInput } from '../../../../contracts/spec/model-spec.js';
import { specInput } from '../../../support/fixtures.js';

const found = (change: Partial<ModelSpecInput>) =>
  contradictions(ModelSpec.parse({ ...specInput, ...change })).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
const success = (bounds: { atLeast?: number; atMost?: number }): Partial<ModelSpecInput> => ({
  charter: { ...specInput.charter, success: { metric: 'roc_auc', ...bounds } },
});
const gates = (...list: object[]): Partial<ModelSpecInput> => ({
  evaluation: {
    gates: list.map((gate, at) => ({ name: `g${at}`, metric: 'roc_auc', ...gate })) as never,
  },
});
const canary = (change: object): Partial<ModelSpecInput> => ({ release: { canary: change } });

describe('a spec without contradictions', () => {
  it.each<[string, Partial<ModelSpecInput>]>([
    ['as it is', {}],
    ['with bounds on both sides', success({ atLeast: 0.6, atMost: 0.99 })],
    ['with gates on both sides', gates({ atLeast: 0.8 }, { atMost: 0.8 })],
    ['without a canary', canary({ share: 0, minRequests: 0 })],
    ['with a canary of a fixed time', canary({ minTime: '1d', maxTime: '1d' })],
    ['with all traffic on the canary', canary({ share: '100%' })],
  ])('has no fault: %s', (_what, change) => {
    expect(found(change)).toEqual([]);
  });

  it('may have a score shift of several deviations for a regression only', () => {
    const release = { guardrails: { scoreShift: 3 } };
    const charter = { ...specInput.charter, problem: 'regression' as const };
    expect(found({ release, charter }).filter((one) => one.startsWith('release'))).toEqual([]);
    expect(found({ release })).toEqual([
      'release.guardrails.scoreShift: 3: score differences of binary-classification lie from 0 to 1, so that none is above it',
    ]);
  });
});

describe('a threshold outside of the range of its metric is found', () => {
  it.each<[string, Partial<ModelSpecInput>, string]>([
    ['in the charter, from below', success({ atLeast: 75 }), 'charter.success.atLeast: 75: roc_auc lies'],
    ['in the charter, from above', success({ atMost: -1 }), 'charter.success.atMost: -1: roc_auc lies'],
    ['in a gate, from below', gates({ atLeast: 75 }), 'evaluation.gates.0.atLeast: 75: roc_auc lies'],
    ['in a gate, from above', gates({ atMost: -1 }), 'evaluation.gates.0.atMost: -1: roc_auc lies'],
    ['in a gate on a gain', gates({ improvesBy: 5 }), 'evaluation.gates.0.improvesBy: 5: roc_auc lies'],
    [
      'in a gate on slices',
      gates({ slices: 'all', worsensAtMost: 2 }),
      'evaluation.gates.0.worsensAtMost: 2: roc_auc lies',
    ],
    [
      'in the alarm on quality, by which retraining starts',
      { monitoring: { quality: { dropsBy: 2 } } },
      'monitoring.quality.dropsBy: 2: roc_auc lies',
    ],
  ])('%s', (_where, change, start) => {
    const faults = found(change);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.slice(0, start.length)).toBe(start);
  });
});

describe('bounds that exclude each other are found, and both are named', () => {
  it('in the charter', () => {
    expect(found({ ...success({ atLeast: 0.9, atMost: 0.8 }), ...gates({ improvesBy: 0 }) })).toEqual([
      'charter.success.atMost: atMost 0.8 is below atLeast 0.9 of charter.success: no roc_auc meets both',
    ]);
  });

  it('in two gates', () => {
    expect(found(gates({ atLeast: 0.9 }, { atLeast: 0.2 }, { atMost: 0.95 }, { atMost: 0.8 }))).toEqual([
      'evaluation.gates.3.atMost: atMost 0.8 is below atLeast 0.9 of gate "g0": no roc_auc meets both',
    ]);
  });

  it('in the charter and a gate', () => {
    expect(found({ ...success({ atLeast: 0.7 }), ...gates({ atMost: 0.6 }) })).toEqual([
      'evaluation.gates.0.atMost: atMost 0.6 is below atLeast 0.7 of charter.success: no roc_auc meets both',
    ]);
  });

  it('and not in bounds of two metrics', () => {
    expect(found(gates({ atLeast: 0.9 }, { metric: 'log_loss', atMost: 0.1 }))).toEqual([]);
  });
});

describe('a canary that can only be rolled back is found', () => {
  it.each([
    [
      'without traffic',
      canary({ share: '0%' }),
      'release.canary.share: 0% of the traffic is none, and minRequests is 500: every release is rolled back after maxTime (1d)',
    ],
    [
      'that must last longer than it may',
      canary({ minTime: '2h', maxTime: '1h' }),
      'release.canary.minTime: 2h is longer than maxTime (1h): every release is rolled back',
    ],
  ])('%s', (_what, change, fault) => {
    expect(found(change)).toEqual([fault]);
  });
});

it('a goal of blanks is found, and the recorded spec can still be read', () => {
  expect(found({ charter: { ...specInput.charter, goal: `  short${' '.repeat(10)}` } })).toEqual([
    'charter.goal: "  short          " has 5 characters without the blanks around it, and needs 10',
  ]);
});
