import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence, PairedDifference } from '../../../../contracts/evaluation.js';
import type { EvaluationSpec, GateSpec } from '../../../../contracts/spec/evaluation.js';
import { judge } from '../../../../workflows/policy/gates.js';
import { anArtifact, anEvaluation } from '../../../support/fixtures.js';

const improvement: PairedDifference = {
  metric: 'log_loss',
  difference: -0.0111,
  low: -0.0125,
  high: -0.0097,
  confidence: 0.95,
  unitsWon: 1,
};

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  ...anEvaluation().evidence,
  champion: { version: 1, model: anArtifact('champion', 'application/onnx') },
  units: 28,
  unit: 'day',
  metrics: {
    candidate: { roc_auc: 0.7832, log_loss: 0.3839 },
    champion: { roc_auc: 0.7621, log_loss: 0.395 },
  },
  paired: [improvement],
  slices: [
    {
      by: 'hour_band',
      value: 'night',
      rows: 900,
      candidate: { log_loss: 0.31 },
      champion: { log_loss: 0.305 },
      paired: [],
    },
    {
      by: 'hour_band',
      value: 'day',
      rows: 9_000,
      candidate: { log_loss: 0.38 },
      champion: { log_loss: 0.39 },
      paired: [],
    },
    {
      by: 'airport',
      value: 'XYZ',
      rows: 12,
      candidate: { log_loss: 0.9 },
      champion: { log_loss: 0.2 },
      paired: [],
    },
  ],
  latencyP99Ms: 0.2,
  ...change,
});

const spec = (...gates: GateSpec[]): Pick<EvaluationSpec, 'gates' | 'minSliceRows'> => ({
  gates,
  minSliceRows: 500,
});
const atLeast: GateSpec = { name: 'good enough', metric: 'roc_auc', atLeast: 0.75, onFail: 'refuse' };
const improves: GateSpec = {
  name: 'better',
  metric: 'log_loss',
  improvesBy: 0,
  confidence: 0.95,
  onFail: 'refuse',
};
const slices: GateSpec = {
  name: 'no slice suffers',
  slices: 'all',
  metric: 'log_loss',
  worsensAtMost: 0.01,
  onFail: 'ask',
};
const fast: GateSpec = { name: 'fast', latencyP99Ms: 5, onFail: 'refuse' };
const only = (gate: GateSpec, given: Evidence) => judge(spec(gate), given).decisions[0]!;

describe('a bound on a metric', () => {
  it('passes at the bound and fails beyond it, with the figures', () => {
    const at = (roc_auc: number) =>
      only(atLeast, evidence({ metrics: { candidate: { roc_auc }, champion: null } }));

    expect(at(0.75).verdict).toBe('pass');
    expect(at(0.7499).verdict).toBe('fail');
    expect(at(0.7499).reason).toContain('ROC AUC 0.7499');
    expect(at(0.7499).reason).toContain('needs at least 0.75');
  });

  it('passes whenever a worse figure passes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const verdict = (calibration_error: number) =>
            only(
              { name: 'calibrated', metric: 'calibration_error', atMost: 0.02, onFail: 'refuse' },
              evidence({ metrics: { candidate: { calibration_error }, champion: null } }),
            ).verdict;
          if (verdict(Math.max(a, b)) === 'pass') expect(verdict(Math.min(a, b))).toBe('pass');
        },
      ),
    );
  });
});

describe('the comparison with the champion', () => {
  const paired = (low: number, high: number, gate: Partial<PairedDifference> = {}) =>
    only(
      improves,
      evidence({ paired: [{ ...improvement, difference: (low + high) / 2, low, high, ...gate }] }),
    );

  it('needs the whole interval on the better side', () => {
    expect(paired(-0.0125, -0.0097).verdict).toBe('pass');
    expect(paired(-0.0125, 0.0001).verdict).toBe('fail');
    expect(paired(0.0043, 0.0085).verdict).toBe('fail');
  });

  it('does not take an equal model for a better one', () => {
    expect(paired(0, 0).verdict).toBe('fail');
  });

  it('turns the interval round for a metric where higher is better', () => {
    const gate: GateSpec = { ...improves, metric: 'roc_auc' };
    const with_ = (low: number, high: number) =>
      only(gate, evidence({ paired: [{ ...improvement, metric: 'roc_auc', low, high }] })).verdict;

    expect(with_(0.01, 0.02)).toBe('pass');
    expect(with_(-0.02, -0.01)).toBe('fail');
  });

  it('names both figures, the interval, the days won and the required margin', () => {
    const rejected = evidence({
      metrics: { candidate: { log_loss: 0.4012 }, champion: { log_loss: 0.395 } },
      paired: [{ ...improvement, difference: 0.0062, low: 0.0043, high: 0.0085, unitsWon: 0.18 }],
    });

    expect(only(improves, rejected).reason).toBe(
      'log loss 0.4012 vs champion 0.3950: +0.0062 [+0.0043, +0.0085] at 95 %, won 18 % of 28 days; needs an improvement of more than 0 over the whole interval',
    );
  });

  it('passes without a champion, and says so', () => {
    const first = evidence({
      champion: null,
      paired: [],
      metrics: { candidate: { roc_auc: 0.77 }, champion: null },
    });

    expect(only(improves, first)).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('no champion yet') as string,
    });
    expect(only(slices, first).verdict).toBe('pass');
  });

  it('fails when the interval at the wanted confidence is missing, although another one is there', () => {
    expect(only({ ...improves, confidence: 0.99 }, evidence()).verdict).toBe('fail');
  });

  it('passes a smaller margin whenever it passes a larger one', () => {
    const number = fc.double({ min: -0.05, max: 0.05, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, (a, b, m, n) => {
        const given = evidence({ paired: [{ ...improvement, low: Math.min(a, b), high: Math.max(a, b) }] });
        const verdict = (improvesBy: number) => only({ ...improves, improvesBy }, given).verdict;
        if (verdict(Math.max(m, n)) === 'pass') expect(verdict(Math.min(m, n))).toBe('pass');
      }),
    );
  });
});

describe('the slices', () => {
  it('are judged by the worst that is large enough', () => {
    expect(only(slices, evidence())).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('worst is hour_band=night with +0.0050') as string,
    });
    expect(only({ ...slices, worsensAtMost: 0.004 }, evidence()).verdict).toBe('ask');
  });

  it('judge nothing below minSliceRows, and say how many were left out', () => {
    expect(only(slices, evidence()).reason).toContain('1 too small to judge');
    expect(judge({ gates: [slices], minSliceRows: 10 }, evidence()).verdict).toBe('ask');
  });

  it('fail when only the candidate lacks the figure in a slice that is large enough', () => {
    const [night, day] = evidence().slices;
    const lacking = (candidate: Evidence['metrics']['candidate']) =>
      evidence({ slices: [{ ...night!, candidate }, day!] });

    for (const candidate of [{}, { log_loss: NaN }])
      expect(only(slices, lacking(candidate))).toMatchObject({
        verdict: 'ask',
        reason: expect.stringContaining(
          'no log loss of the candidate in 1 of 2 slices (the first is hour_band=night)',
        ) as string,
      });
    // A lifecycle that was judged before goes on as it was.
    expect(judge(spec(slices), lacking({}), () => false).verdict).toBe('pass');
  });

  it('judge nothing of a slice in which the champion has no figure', () => {
    const [night, day] = evidence().slices;
    expect(only(slices, evidence({ slices: [{ ...night!, champion: {} }, day!] })).verdict).toBe('pass');
  });

  it('fail if there is none to judge', () => {
    expect(only(slices, evidence({ slices: [] }))).toMatchObject({
      verdict: 'ask',
      reason: expect.stringContaining('evaluation.slices') as string,
    });
  });
});

describe('all gates together', () => {
  it('give the strictest verdict, and a decision of each in the order of the spec', () => {
    const gates = [atLeast, improves, { ...slices, worsensAtMost: 0.001 }, fast];
    const asked = judge(spec(...gates), evidence());
    const failed = judge(spec(...gates), evidence({ latencyP99Ms: 9 }));

    expect(asked.verdict).toBe('ask');
    expect(asked.decisions.map((decision) => decision.verdict)).toEqual(['pass', 'pass', 'ask', 'pass']);
    expect(failed.verdict).toBe('fail');
  });

  it('never pass on a figure that is NaN or missing', () => {
    const broken = fc.constantFrom<Partial<Evidence>>(
      {
        metrics: { candidate: { roc_auc: NaN, log_loss: NaN }, champion: { log_loss: 0.4 } },
        paired: [],
        slices: [],
        latencyP99Ms: NaN,
      },
      { metrics: { candidate: {}, champion: {} }, paired: [], slices: [], latencyP99Ms: NaN },
      {
        metrics: { candidate: {}, champion: null },
        paired: [
          { ...improvement, low: NaN, high: -1 },
          { ...improvement, high: NaN },
        ],
        slices: [
          {
            by: 'a',
            value: 'b',
            rows: 900,
            candidate: { log_loss: NaN },
            champion: { log_loss: 0.1 },
            paired: [],
          },
        ],
        latencyP99Ms: NaN,
      },
    );
    fc.assert(
      fc.property(broken, fc.constantFrom(atLeast, improves, slices, fast), (change, gate) => {
        expect(only(gate, evidence(change)).verdict).not.toBe('pass');
      }),
    );
  });

  it('do not depend on the order of gates, slices and differences', () => {
    const gates = fc.shuffledSubarray([atLeast, improves, slices, fast], { minLength: 4 });
    const expected = judge(spec(atLeast, improves, slices, fast), evidence());
    const sorted = (outcome: ReturnType<typeof judge>) =>
      outcome.decisions.toSorted((a, b) => (a.gate < b.gate ? -1 : 1));
    fc.assert(
      fc.property(gates, fc.shuffledSubarray(evidence().slices, { minLength: 3 }), (order, shuffled) => {
        const found = judge(spec(...order), evidence({ slices: shuffled }));
        expect(found.verdict).toBe(expected.verdict);
        expect(sorted(found)).toEqual(sorted(expected));
      }),
    );
  });
});
