import { z } from 'zod';
import type { PairedDifference } from '../evidence.js';
import { metricDifference, metricLabel, metricValue, percent } from '../figures.js';
import { improvementSign } from '../metrics/compare.js';
import { defineGate, gateForm, metric, missing } from './define-gate.js';

/** True if the whole interval lies beyond the margin on the better side. An equal model never counts as better. */
function beats(paired: PairedDifference, margin: number): boolean {
  const { low, high } = paired;
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) return false;
  const sign = improvementSign(paired.metric);
  return Math.min(sign * low, sign * high) > margin;
}

/** Passes if the candidate beats the champion by more than chance explains. */
export const improvesBy = defineGate({
  name: 'improvesBy',
  summary: 'the candidate beats the champion',
  rule: 'the whole paired interval of the difference lies beyond the margin on the better side; passes without a champion',
  compares: true,
  form: gateForm({
    metric,
    improvesBy: z
      .number()
      .describe('By how much the candidate must beat the champion, in the metric’s unit.'),
    confidence: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.95)
      .describe('Of the interval that must lie beyond it, two-sided.'),
  }),
  needs: (gate) => ({ metrics: [gate.metric], confidences: [gate.confidence] }),
  threshold: (gate) => ({ metric: gate.metric, value: gate.improvesBy, bounds: 'gain' }),
  judge: (gate, { evidence }) => {
    const { metric: name, improvesBy: margin, confidence } = gate;
    if (evidence.champion === null) return { met: true, reason: 'no champion yet: nothing to improve on' };
    const candidate = evidence.metrics.candidate[name];
    const champion = evidence.metrics.champion?.[name];
    const paired = evidence.paired.find((one) => one.metric === name && one.confidence === confidence);
    if (candidate === undefined || champion === undefined || !paired)
      return missing(`paired difference in ${metricLabel(name)} at ${percent(confidence)}`);
    const change = (figure: number): string => metricDifference(name, figure);
    return {
      met: beats(paired, margin),
      reason:
        `${metricLabel(name)} ${metricValue(name, candidate)} vs champion ${metricValue(name, champion)}: ` +
        `${change(paired.difference)} [${change(paired.low)}, ${change(paired.high)}] at ${percent(confidence)}, ` +
        `won ${percent(paired.unitsWon)} of ${evidence.units} ${evidence.unit ?? 'unit'}s; ` +
        `needs an improvement of more than ${margin} over the whole interval`,
    };
  },
});
