import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { durationMs } from '../../contracts/spec/units.js';
import type { Path } from './problem.js';
import { unreachableQuorum } from './quorum.js';
import { regexFault } from './regex.js';
import { searchIsPossible } from './search-rules.js';

/** What a schema cannot say: fields that must agree with each other. */
export interface Breach {
  path: Path;
  message: string;
  remedy: string;
}

const duplicates = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

export const breaches = (spec: ModelSpec): Breach[] => [
  ...sourcesExist(spec),
  ...rangesAreOrdered(spec),
  ...patternsAreExpressions(spec),
  ...featuresAreSound(spec),
  ...spansFit(spec),
  ...metricsAreComputed(spec),
  ...approvalCanEnd(spec),
  ...searchIsPossible(spec),
];

function sourcesExist({ data }: ModelSpec): Breach[] {
  const known = Object.keys(data.sources);
  const remedy = `Declared sources: ${known.join(', ')}.`;
  if (known.length === 0)
    return [{ path: ['data', 'sources'], message: 'has no source', remedy: 'Declare at least one.' }];
  return data.checks.flatMap((check, index): Breach[] => {
    const path = ['data', 'checks', index];
    const found: Breach[] = [];
    if ('source' in check && check.source !== undefined && !known.includes(check.source))
      found.push({ path: [...path, 'source'], message: `"${check.source}" is no source`, remedy });
    if ('references' in check && !known.includes(check.references.to.split('.')[0] ?? ''))
      found.push({
        path: [...path, 'references', 'to'],
        message: `"${check.references.to}" names no source`,
        remedy,
      });
    return found;
  });
}

function rangesAreOrdered({ data }: ModelSpec): Breach[] {
  return data.checks.flatMap((check, index): Breach[] => {
    const range = 'range' in check ? check.range : 'labelRate' in check ? check.labelRate : undefined;
    if (range?.min === undefined || range.max === undefined || range.min <= range.max) return [];
    return [
      {
        path: ['data', 'checks', index],
        message: `min ${range.min} is above max ${range.max}: every row fails`,
        remedy: 'Exchange them.',
      },
    ];
  });
}

function patternsAreExpressions({ data }: ModelSpec): Breach[] {
  return data.checks.flatMap((check, index): Breach[] => {
    const fault = 'pattern' in check ? regexFault(check.pattern.regex) : undefined;
    if (!('pattern' in check) || fault === undefined) return [];
    return [
      {
        path: ['data', 'checks', index, 'pattern', 'regex'],
        message: `"${check.pattern.regex}" is no regular expression of RE2: ${fault}`,
        remedy: 'Correct it, e.g. [A-Z]{3}; the whole value must match. A list of values is oneOf.',
      },
    ];
  });
}

function featuresAreSound({ data, features, evaluation }: ModelSpec): Breach[] {
  const twice = duplicates(features.set).map((name) => ({
    path: ['features', 'set'],
    message: `"${name}" is listed twice`,
    remedy: 'List each feature once.',
  }));
  const leaked = [data.label.column, data.label.availableAt, data.id]
    .filter((column) => features.set.includes(column))
    .map((column) => ({
      path: ['features', 'set', features.set.indexOf(column)],
      message: `"${column}" is the label, its time or the row id: a model that sees it has learned nothing`,
      remedy: 'Take it out of features.set.',
    }));
  const unsliced = evaluation.slices.flatMap(({ by }, index) =>
    features.slices.includes(by) || features.set.includes(by)
      ? []
      : [
          {
            path: ['evaluation', 'slices', index, 'by'],
            message: `"${by}" is no column of the features`,
            remedy: `Add it to features.slices (now: ${features.slices.join(', ') || 'none'}).`,
          },
        ],
  );
  return [...twice, ...leaked, ...unsliced];
}

function spansFit({ split, retraining, monitoring }: ModelSpec): Breach[] {
  const found: Breach[] = [];
  if (durationMs(split.validation) >= durationMs(split.train))
    found.push({
      path: ['split', 'validation'],
      message: `${split.validation} leaves nothing of train (${split.train}) for the trials`,
      remedy: 'Validation is the last part of train: make it shorter.',
    });
  const kept = durationMs(split.test) + durationMs(split.validation);
  if (durationMs(retraining.trainOn.last) <= kept)
    found.push({
      path: ['retraining', 'trainOn', 'last'],
      message: `${retraining.trainOn.last} holds no more than validation (${split.validation}) and test (${split.test})`,
      remedy: 'It spans the held-out test too: make it longer.',
    });
  const { k, of } = monitoring.drift.consecutive;
  if (k > of)
    found.push({
      path: ['monitoring', 'drift', 'consecutive'],
      message: `k ${k} is above of ${of}: no alarm could ever be raised`,
      remedy: 'Choose k ≤ of.',
    });
  return found;
}

function metricsAreComputed({ charter, evaluation, monitoring }: ModelSpec): Breach[] {
  const used: [Path, string][] = [
    [['charter', 'success', 'metric'], charter.success.metric],
    [['monitoring', 'quality', 'metric'], monitoring.quality.metric],
    ...evaluation.gates.flatMap((gate, index): [Path, string][] =>
      'metric' in gate ? [[['evaluation', 'gates', index, 'metric'], gate.metric]] : [],
    ),
  ];
  const computed: readonly string[] = evaluation.metrics;
  const unknown = used
    .filter(([, metric]) => !computed.includes(metric))
    .map(([path, metric]) => ({
      path,
      message: `"${metric}" is not computed`,
      remedy: `Add it to evaluation.metrics (now: ${computed.join(', ')}).`,
    }));
  const twice = duplicates(evaluation.gates.map((gate) => gate.name)).map((name) => ({
    path: ['evaluation', 'gates'],
    message: `two gates are named "${name}"`,
    remedy: 'Decisions are recorded by gate name: give each its own.',
  }));
  return [...unknown, ...twice];
}

function approvalCanEnd({ approval, charter }: ModelSpec): Breach[] {
  const unreachable = unreachableQuorum(approval.quorum, charter.owners);
  if (!unreachable) return [];
  return [
    {
      path: ['approval', 'quorum'],
      message: unreachable.message,
      remedy: `Name more people under charter.owners (${unreachable.roles.join(', ')}), or ask for fewer votes. One person has one vote.`,
    },
  ];
}
