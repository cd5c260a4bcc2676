import type { SpecFault } from '../checks/define-check.js';
import { gateOf } from '../gates/gate-of.js';
import { type Threshold, thresholdFault } from '../metrics/threshold.js';
import type { ModelSpec } from './model-spec.js';

/** A threshold with its place in the model file. */
interface Placed extends Threshold {
  path: (string | number)[];
  /** Its owner in messages, e.g. `gate "good enough"`. */
  owner: string;
}

function ofCharter({ success }: ModelSpec['charter']): Placed[] {
  const { metric, atLeast, atMost } = success;
  const place = (field: string) => ({ path: ['charter', 'success', field], owner: 'charter.success' });
  return [
    ...(atLeast === undefined
      ? []
      : [{ metric, value: atLeast, bounds: 'least' as const, ...place('atLeast') }]),
    ...(atMost === undefined ? [] : [{ metric, value: atMost, bounds: 'most' as const, ...place('atMost') }]),
  ];
}

const ofGates = ({ gates }: ModelSpec['evaluation']): Placed[] =>
  gates.flatMap((gate, at): Placed[] => {
    const { name, threshold } = gateOf(gate);
    if (!threshold) return [];
    return [
      {
        ...threshold(gate),
        path: ['evaluation', 'gates', at, name],
        owner: `gate ${JSON.stringify(gate.name)}`,
      },
    ];
  });

const ofMonitoring = ({ quality: { metric, dropsBy } }: ModelSpec['monitoring']): Placed[] => [
  {
    metric,
    value: dropsBy,
    bounds: 'loss',
    path: ['monitoring', 'quality', 'dropsBy'],
    owner: 'monitoring.quality',
  },
];

/** The strictest of the thresholds that bound a metric from one side. */
const strictest = (thresholds: readonly Placed[], bounds: 'least' | 'most'): Placed | undefined =>
  thresholds
    .filter((one) => one.bounds === bounds)
    .toSorted((a, b) => (bounds === 'least' ? b.value - a.value : a.value - b.value))[0];

/** Bounds of one metric that no model can meet together. */
function opposed(thresholds: readonly Placed[]): SpecFault[] {
  const metrics = [...new Set(thresholds.map(({ metric }) => metric))];
  return metrics.flatMap((metric): SpecFault[] => {
    const own = thresholds.filter((one) => one.metric === metric);
    const [low, high] = [strictest(own, 'least'), strictest(own, 'most')];
    if (!low || !high || low.value <= high.value) return [];
    return [
      {
        path: high.path,
        message: `atMost ${high.value} is below atLeast ${low.value} of ${low.owner}: no ${metric} meets both`,
        remedy: 'Change one of the two, or take it out.',
      },
    ];
  });
}

/** Thresholds that decide nothing: outside of what their metric can be, or opposed to each other. */
export function thresholdFaults(spec: ModelSpec): SpecFault[] {
  const thresholds = [
    ...ofCharter(spec.charter),
    ...ofGates(spec.evaluation),
    ...ofMonitoring(spec.monitoring),
  ];
  const outside = thresholds.flatMap((threshold): SpecFault[] => {
    const fault = thresholdFault(threshold);
    return fault ? [{ path: threshold.path, ...fault }] : [];
  });
  const possible = thresholds.filter((threshold) => thresholdFault(threshold) === undefined);
  return [...outside, ...opposed(possible)];
}
