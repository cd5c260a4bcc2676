import { z } from 'zod';
import { type SpecFault, defineCheck } from './define-check.js';
import { onFail } from './fields.js';
import { orderFault } from './order-fault.js';
import { count, percent } from './words.js';

/** The fault of bounds that let only one of the two labels in. */
function oneLabelFault({ min, max }: { min: number; max: number }): SpecFault[] {
  if (min < 1 && max > 0) return [];
  const [field, bound, label] = min === 1 ? ['min', min, 1] : ['max', max, 0];
  return [
    {
      path: ['labelRate', field],
      message: `${field} ${bound} asks that every label is ${label}, and from one label nothing is learned`,
      remedy: 'Choose min below 1 and max above 0.',
    },
  ];
}

export const labelRate = defineCheck({
  name: 'labelRate',
  scope: 'feature',
  problems: ['binary-classification'],
  summary: 'Share of positive labels among the feature rows.',
  rule: 'Of all rows with a label, the share with label 1 is at least min and at most max.',
  form: z.strictObject({
    labelRate: z
      .strictObject({
        min: z.number().min(0).max(1).describe('Lowest share, 0–1.'),
        max: z.number().min(0).max(1).describe('Highest share, 0–1.'),
      })
      .describe('Share of positive labels among the feature rows.'),
    onFail,
  }),
  faults: ({ labelRate: bounds }) => [...orderFault(bounds), ...oneLabelFault(bounds)],
  outcomes: ({ labelRate: { min, max } }, { labelled, positiveShare }) => [
    {
      check: 'labelRate',
      ok: positiveShare >= min && positiveShare <= max,
      message: `${percent(positiveShare)} of ${count(labelled)} labels are 1, allowed ${percent(min)} to ${percent(max)}`,
    },
  ],
});
