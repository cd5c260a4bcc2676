// Made by `npm run generate` from the modules of this folder that call defineGate. Do not edit it by hand.
import { atLeast } from './at-least.js';
import { atMost } from './at-most.js';
import { improvesBy } from './improves-by.js';
import { latency } from './latency.js';
import { worsensAtMost } from './worsens-at-most.js';

/** Every kind by its name. */
export const GATES = {
  atLeast,
  atMost,
  improvesBy,
  latencyP99Ms: latency,
  worsensAtMost,
} as const;
export type GateKind = keyof typeof GATES;

/** The names of all kinds. */
export const GATE_KINDS = ['atLeast', 'atMost', 'improvesBy', 'latencyP99Ms', 'worsensAtMost'] as const;

/** The schema of every kind, in the order of the names. */
export const GATE_FORMS = [
  atLeast.form,
  atMost.form,
  improvesBy.form,
  latency.form,
  worsensAtMost.form,
] as const;
