import { FailureType, fail } from '../../contracts/failures.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { isNumeric } from './profile.js';
import { isTemporal } from './table.js';

type Columns = Record<string, string>;
type Spec = Pick<ModelSpec, 'data' | 'features'>;

/** Columns that a feature table has beside the features, with the place in the spec that names each. */
const companions = ({ data, features }: Spec): [string, string][] => [
  [data.id, 'data.id'],
  [data.time, 'data.time'],
  [data.unit, 'data.unit'],
  [data.label.column, 'data.label.column'],
  [data.label.availableAt, 'data.label.availableAt'],
  ...features.slices.map((name): [string, string] => [name, 'features.slices']),
];

/**
 * Every column that the spec names is there, and of a type that can be used.
 *
 * @throws ApplicationFailure `DataRejected`, naming the column, where the spec names it, and the remedy
 */
export function checkFeatureColumns(spec: Spec, columns: Columns): void {
  const { data, features } = spec;
  const statement = `features.sql (${features.sql})`;
  const wanted = [
    ...features.set.map((name): [string, string] => [name, 'features.set']),
    ...companions(spec),
  ];
  const missing = wanted.filter(([name]) => columns[name] === undefined);
  if (missing.length > 0)
    throw fail(
      FailureType.DataRejected,
      `${statement} gives no column ${missing.map(([name, place]) => `"${name}" (${place})`).join(', ')}; it gives ${Object.keys(columns).join(', ')}: add it to the SELECT, or correct its name in the spec`,
    );
  const texts = features.set.filter((name) => !isNumeric(columns[name]) && columns[name] !== 'BOOLEAN');
  if (texts.length > 0)
    throw fail(
      FailureType.DataRejected,
      `${statement} gives features that are no numbers: ${texts.map((name) => `"${name}" is ${columns[name] ?? ''}`).join(', ')}: encode them as numbers, or take them out of features.set`,
    );
  for (const [name, place] of [
    [data.time, 'data.time'],
    [data.label.availableAt, 'data.label.availableAt'],
  ] as const)
    if (!isTemporal(columns[name]))
      throw fail(
        FailureType.DataRejected,
        `${statement} gives "${name}" (${place}) as ${columns[name] ?? ''}: cast it to TIMESTAMP`,
      );
  const label = columns[data.label.column];
  if (!isNumeric(label) && label !== 'BOOLEAN')
    throw fail(
      FailureType.DataRejected,
      `${statement} gives the label "${data.label.column}" as ${label ?? ''}: give 0 or 1`,
    );
  const known = features.set.find((name) => name === data.label.column || name === data.label.availableAt);
  if (known !== undefined)
    throw fail(
      FailureType.DataRejected,
      `features.set holds "${known}", which is the label or tells when it is known: take it out, the model must not see it`,
    );
}
