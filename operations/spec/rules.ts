import { kindOf, namedSource } from '../../contracts/checks/kind-of.js';
import { metricsOfGates } from '../../contracts/gates/gate-of.js';
import { contradictions } from '../../contracts/spec/contradictions.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import type { Breach } from './breach.js';
import { dataIsSound } from './data-rules.js';
import { problemFits } from './fit-rules.js';
import type { Path } from './path.js';
import { unreachableQuorum } from './quorum.js';
import { searchIsPossible } from './search-rules.js';

function duplicates(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}

export const breaches = (spec: ModelSpec): Breach[] => [
  ...sourcesExist(spec),
  ...checksAreSound(spec),
  ...dataIsSound(spec),
  ...featuresAreSound(spec),
  ...spansFit(spec),
  ...problemFits(spec),
  ...metricsAreComputed(spec),
  ...approvalCanEnd(spec),
  ...searchIsPossible(spec),
  ...contradictions(spec),
];

function sourcesExist({ data }: ModelSpec): Breach[] {
  if (Object.keys(data.sources).length > 0) return [];
  return [{ path: ['data', 'sources'], message: 'has no source', remedy: 'Declare at least one.' }];
}

/** Checks that every data check names a declared source, fits the problem type, and has no fault of its own kind. */
function checksAreSound({ data, charter }: ModelSpec): Breach[] {
  const sources = Object.keys(data.sources);
  return data.checks.flatMap((check, index): Breach[] => {
    const kind = kindOf(check);
    const own = kind.faults?.(check, sources) ?? [];
    const source = namedSource(check);
    const faults = [
      ...own,
      ...(source === undefined || sources.includes(source)
        ? []
        : [
            {
              path: ['source'],
              message: `"${source}" is no source`,
              remedy: `Declared sources: ${sources.join(', ')}.`,
            },
          ]),
      ...(kind.problems === undefined || kind.problems.includes(charter.problem)
        ? []
        : [
            {
              path: [kind.name],
              message: `does not apply to ${charter.problem}, only to ${kind.problems.join(', ')}`,
              remedy: 'Take the check out.',
            },
          ]),
    ];
    return faults.map((fault) => ({ ...fault, path: ['data', 'checks', index, ...fault.path] }));
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
      message: `"${column}" is the label, its time or the row id: a model must not see it`,
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
    ...evaluation.gates.flatMap((gate, index) =>
      metricsOfGates([gate]).map((metric): [Path, string] => [
        ['evaluation', 'gates', index, 'metric'],
        metric,
      ]),
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
