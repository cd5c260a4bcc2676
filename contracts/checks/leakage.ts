import { z } from 'zod';
import { defineCheck } from './define-check.js';
import { onFail } from './fields.js';

/** A feature with at least this strength was probably computed from the label. */
const SUSPICIOUS = 0.98;

export const leakage = defineCheck({
  name: 'leakage',
  scope: 'feature',
  summary: 'No single feature gives the label away.',
  rule: `No feature alone tells the label better than allowed, by ROC AUC (multiclass: of each class against the rest, averaged; regression: 0.5 + half of Spearman’s |ρ|). A text counts as the mean label of other rows with the same text. Without a check in the model file, more than ${SUSPICIOUS} is a warning.`,
  form: z.strictObject({
    leakage: z
      .strictObject({
        maxSingleFeatureAuc: z.number().min(0.5).max(1).describe('ROC AUC of one feature alone, 0.5–1.'),
      })
      .describe('No single feature gives the label away.'),
    onFail,
  }),
  unlessDeclared: { leakage: { maxSingleFeatureAuc: SUSPICIOUS }, onFail: 'warn' },
  outcomes: ({ leakage: { maxSingleFeatureAuc: most } }, { strengths, measure }) => {
    const ranked = strengths
      .flatMap(({ feature, strength }) => (strength === null ? [] : [{ feature, strength }]))
      .toSorted((a, b) => b.strength - a.strength);
    const [top] = ranked;
    const leaking = ranked.filter(({ strength }) => strength > most);
    if (leaking.length === 0)
      return [
        {
          check: 'leakage',
          ok: true,
          message: top
            ? `strongest feature alone: ${top.feature} with ${measure} ${top.strength.toFixed(3)}, allowed ${most}`
            : 'no feature to judge',
        },
      ];
    return leaking.map(({ feature, strength }) => ({
      check: `leakage(${feature})`,
      ok: false,
      message: `${feature} alone predicts the label with ${measure} ${strength.toFixed(3)}, allowed ${most}: it probably contains facts that are known only afterwards; take it out of features.set, or compute it from earlier rows`,
    }));
  },
});
