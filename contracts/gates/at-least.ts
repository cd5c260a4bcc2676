import { z } from 'zod';
import { bounded } from './bound.js';
import { defineGate, gateForm, metric } from './define-gate.js';

/** Passes if the candidate's metric is at least the bound. */
export const atLeast = defineGate({
  name: 'atLeast',
  summary: 'a lowest value of the candidate’s metric',
  rule: 'the metric over all test rows is at least the bound; a missing figure fails',
  form: gateForm({ metric, atLeast: z.number().describe('The candidate’s lowest value.') }),
  needs: (gate) => ({ metrics: [gate.metric] }),
  threshold: (gate) => ({ metric: gate.metric, value: gate.atLeast, bounds: 'least' }),
  judge: (gate, exhibit) =>
    bounded(gate.metric, exhibit, (found) => found >= gate.atLeast, `at least ${gate.atLeast}`),
});
