import { z } from 'zod';
import { bounded } from './bound.js';
import { defineGate, gateForm, metric } from './define-gate.js';

/** Passes if the candidate's metric is at most the bound. */
export const atMost = defineGate({
  name: 'atMost',
  summary: 'a highest value of the candidate’s metric',
  rule: 'the metric over all test rows is at most the bound; a missing figure fails',
  form: gateForm({ metric, atMost: z.number().describe('The candidate’s highest value.') }),
  needs: (gate) => ({ metrics: [gate.metric] }),
  threshold: (gate) => ({ metric: gate.metric, value: gate.atMost, bounds: 'most' }),
  judge: (gate, exhibit) =>
    bounded(gate.metric, exhibit, (found) => found <= gate.atMost, `at most ${gate.atMost}`),
});
