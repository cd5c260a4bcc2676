import { gateOf, metricsOfGates } from '../../contracts/gates/gate-of.js';
import { metricNamed, metricsFor } from '../../contracts/metrics/compare.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import { problemOf, problemTypes } from '../../contracts/problems/index.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { nearest } from '../nearest.js';
import type { Path } from './path.js';
import type { Breach } from './breach.js';

/** Checks that classes, quantiles, metrics and gates fit the problem type. */
export function problemFits(spec: ModelSpec): Breach[] {
  const undeclared = [...classesFit(spec), ...quantilesFit(spec)];
  return [...undeclared, ...metricsFit(spec, undeclared.length === 0), ...gatesFit(spec)];
}

function classesFit({ charter, data }: ModelSpec): Breach[] {
  const path = ['data', 'label', 'classes'];
  const { classes } = data.label;
  if (charter.problem !== 'multiclass-classification')
    return classes === undefined
      ? []
      : [
          {
            path,
            message: `classes belong to multiclass-classification, and charter.problem is ${charter.problem}`,
            remedy: 'Take classes out, or change charter.problem.',
          },
        ];
  if (classes === undefined)
    return [
      {
        path: ['data', 'label'],
        message: 'classes is missing, and charter.problem is multiclass-classification',
        remedy: 'List the classes in the order of the model’s outputs, e.g. classes: [low, middle, high].',
      },
    ];
  const twice = classes.find((name, at) => classes.indexOf(name) !== at);
  return twice === undefined
    ? []
    : [{ path, message: `"${twice}" is listed twice`, remedy: 'List each class once.' }];
}

function quantilesFit({ charter, training: { quantiles } }: ModelSpec): Breach[] {
  const path = ['training', 'quantiles'];
  if (quantiles === undefined) return [];
  if (charter.problem !== 'regression')
    return [
      {
        path,
        message: `quantiles belong to regression, and charter.problem is ${charter.problem}`,
        remedy: 'Take quantiles out, or change charter.problem.',
      },
    ];
  const isAscending = quantiles.every((of, at) => at === 0 || of > (quantiles[at - 1] ?? 1));
  return isAscending
    ? []
    : [{ path, message: `${quantiles.join(', ')} is not ascending`, remedy: 'Sort them; each once.' }];
}

/** Every field of the spec that names a metric. */
const namedMetrics = ({ charter, evaluation, monitoring }: ModelSpec): [Path, MetricName][] => [
  [['charter', 'success', 'metric'], charter.success.metric],
  ...evaluation.metrics.map((name, at): [Path, MetricName] => [['evaluation', 'metrics', at], name]),
  ...evaluation.gates.flatMap((gate, at) =>
    metricsOfGates([gate]).map((name): [Path, MetricName] => [['evaluation', 'gates', at, 'metric'], name]),
  ),
  [['monitoring', 'quality', 'metric'], monitoring.quality.metric],
];

/** @param isDeclared false if the spec lacks classes or quantiles, so that only the problem type is known */
function metricsFit(spec: ModelSpec, isDeclared: boolean): Breach[] {
  const { problem } = spec.charter;
  const allowed = metricsFor(problem);
  return namedMetrics(spec).flatMap(([path, name]): Breach[] => {
    if (!allowed.includes(name)) {
      const near = nearest(name, allowed);
      return [
        {
          path,
          message: `"${name}" does not apply to ${problemTypes[problem].title}`,
          remedy: `${near ? `Did you mean "${near}"? ` : ''}Metrics of ${problem}: ${allowed.join(', ')}.`,
        },
      ];
    }
    const lacking = isDeclared ? metricNamed(name).lacks?.(problemOf(spec)) : undefined;
    return lacking === undefined
      ? []
      : [{ path, message: `"${name}" cannot be computed`, remedy: `It needs ${lacking}.` }];
  });
}

function gatesFit({ charter, evaluation }: ModelSpec): Breach[] {
  return evaluation.gates.flatMap((gate, at): Breach[] => {
    const path = ['evaluation', 'gates', at];
    const { name, problems, needs } = gateOf(gate);
    if (problems && !problems.includes(charter.problem))
      return [
        {
          path,
          message: `a gate with ${name} does not fit ${charter.problem}`,
          remedy: `It fits ${problems.join(', ')}.`,
        },
      ];
    if (needs(gate).slices && evaluation.slices.length === 0)
      return [
        {
          path,
          message: 'judges slices, and evaluation.slices is empty: it could never pass',
          remedy: 'Declare evaluation.slices, e.g. [{ by: COLUMN }], or take the gate out.',
        },
      ];
    return [];
  });
}
