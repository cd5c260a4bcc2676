import { z } from 'zod';
import { value } from '../figures.js';
import { defineGate, gateForm } from './define-gate.js';

/** Passes if the candidate answers fast enough, on the evaluating host and without HTTP. */
export const latency = defineGate({
  name: 'latencyP99Ms',
  summary: 'a highest latency of one-row inferences',
  rule: '99 % of one-row inferences on the evaluating host take at most the bound',
  form: gateForm({
    latencyP99Ms: z.number().positive().describe('Of one-row inferences, milliseconds.'),
  }),
  needs: () => ({}),
  judge: (gate, { evidence: { latencyP99Ms } }) => ({
    met: latencyP99Ms <= gate.latencyP99Ms,
    reason: `99 % of one-row inferences within ${value(latencyP99Ms)} ms; needs at most ${gate.latencyP99Ms} ms`,
  }),
});
