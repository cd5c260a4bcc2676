import type { z } from 'zod';
import type { MetricName } from '../metrics/index.js';
import type { Gate } from './define-gate.js';
import { GATES, GATE_KINDS, type GateKind } from './index.js';

/** One gate of a model file, of any kind. */
export type AnyGate = { [Kind in GateKind]: z.output<(typeof GATES)[Kind]['form']> }[GateKind];

/** The module of a gate's kind. The name of the kind is a field of the gate. */
export function gateOf(gate: AnyGate): Gate {
  const kind = GATE_KINDS.find((name) => name in gate);
  if (kind === undefined)
    throw new TypeError(`no kind of gate has the fields ${Object.keys(gate).join(', ')}`);
  return GATES[kind];
}

/** Metrics that the gates judge. */
export const metricsOfGates = (gates: readonly AnyGate[]): MetricName[] => [
  ...new Set(gates.flatMap((gate) => gateOf(gate).needs(gate).metrics ?? [])),
];

/** Confidences of the paired intervals that the gates judge. */
export const confidencesOfGates = (gates: readonly AnyGate[]): number[] => [
  ...new Set(gates.flatMap((gate) => gateOf(gate).needs(gate).confidences ?? [])),
];
