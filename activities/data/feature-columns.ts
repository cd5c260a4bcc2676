import { FailureType, fail } from '../../contracts/failures.js';
import { hintOn } from '../../contracts/checks/missing-column.js';
import { problemOf } from '../../contracts/problems/index.js';
import { featureTypeOf } from '../../contracts/signature.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { quoted } from '../../contracts/sql-text.js';
import { labelsOf } from './label-sql.js';
import { isTemporal } from '../../contracts/sql-types.js';

type Columns = Record<string, string>;
type Spec = Pick<ModelSpec, 'charter' | 'data' | 'features' | 'training'>;

/** Columns that a feature table has beside the features. Each has the field of the spec that names it. */
const companions = ({ data, features }: Spec): [string, string][] => [
  [data.id, 'data.id'],
  [data.time, 'data.time'],
  [data.unit, 'data.unit'],
  [data.label.column, 'data.label.column'],
  [data.label.availableAt, 'data.label.availableAt'],
  ...features.slices.map((name): [string, string] => [name, 'features.slices']),
];

/**
 * Checks that every column named in the spec exists and has a type that the engine can use.
 *
 * @throws ApplicationFailure `DataRejected` with the column, the field of the spec that names it, and the remedy
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
      `${statement} gives no column ${missing.map(([name, field]) => `"${name}"${hintOn(name, Object.keys(columns))} (${field})`).join(', ')}; it gives ${Object.keys(columns).join(', ')}`,
      { remedy: 'Add it to the SELECT, or correct its name in the spec.' },
    );
  const unfit = features.set.filter((name) => featureTypeOf(columns[name] ?? '') === undefined);
  if (unfit.length > 0)
    throw fail(
      FailureType.DataRejected,
      `${statement} gives features of a type that no model takes: ${unfit.map((name) => `"${name}" is ${columns[name] ?? ''}`).join(', ')}`,
      {
        remedy: `Cast them, e.g. ${quoted(unfit[0] ?? '')}::DOUBLE or ::VARCHAR, or take them out of features.set.`,
      },
    );
  for (const [name, field] of [
    [data.time, 'data.time'],
    [data.label.availableAt, 'data.label.availableAt'],
  ] as const)
    if (!isTemporal(columns[name]))
      throw fail(
        FailureType.DataRejected,
        `${statement} gives "${name}" (${field}) as ${columns[name] ?? ''}`,
        { remedy: 'Cast it to TIMESTAMP.' },
      );
  const problem = problemOf(spec);
  const type = columns[data.label.column];
  const { fits, column, remedy } = labelsOf(problem, data.label.column, type);
  if (!fits)
    throw fail(
      FailureType.DataRejected,
      `${statement} gives the label "${data.label.column}" as ${type ?? ''}, and the label of a ${problem.type} is ${column}`,
      { remedy },
    );
  const known = features.set.find((name) => name === data.label.column || name === data.label.availableAt);
  if (known !== undefined)
    throw fail(
      FailureType.DataRejected,
      `features.set holds "${known}", which is the label or tells when it is known`,
      { remedy: 'Take it out, the model must not see it.' },
    );
}
