import type { DuckDBConnection } from '@duckdb/node-api';
import type { EvaluationInput } from '../../contracts/evaluation.js';
import { FailureType, fail } from '../../contracts/failures.js';
import { literal, quoted, rowsOf } from './database.js';

const impossible = (message: string) => fail(FailureType.EvaluationImpossible, message);

/**
 * The table has every column that evaluation reads, and labels of both classes.
 *
 * @param name how messages call the table, e.g. `test`
 * @throws ApplicationFailure `EvaluationImpossible`
 */
export async function checkTable(
  connection: DuckDBConnection,
  path: string,
  name: string,
  { features, columns, evaluation }: Pick<EvaluationInput, 'features' | 'columns' | 'evaluation'>,
): Promise<void> {
  const from = `read_parquet(${literal(path)})`;
  const found = (await rowsOf(connection, `describe select * from ${from}`)).map(([column]) =>
    String(column),
  );
  const slices = evaluation.slices.map((slice) => slice.by);
  const needed = [...features, ...Object.values(columns), ...slices, 'label'];
  const absent = [...new Set(needed)].filter((column) => !found.includes(column));
  if (absent.length > 0)
    throw impossible(
      `the ${name} table has no column ${absent.join(', ')}; it has ${found.join(', ')}: let the features’ SQL keep what features.set, features.slices, evaluation.slices and data name`,
    );

  const unit = quoted(columns.unit);
  const [counts = []] = await rowsOf(
    connection,
    `select count(*)::int, count(*) filter (label = 1)::int, count(*) filter (label = 0)::int,
      count(*) filter (${unit} is null)::int, count(distinct ${unit})::int from ${from}`,
  );
  const [rows = 0, positives = 0, negatives = 0, unitless = 0, units = 0] = counts.map(Number);
  if (positives + negatives !== rows)
    throw impossible(
      `${rows - positives - negatives} of ${rows} labels in the ${name} table are neither 0 nor 1: correct data.label or the cleaning SQL`,
    );
  if (positives === 0 || negatives === 0)
    throw impossible(
      `the ${name} table has ${positives} positive and ${negatives} negative labels, and no model can be judged on one class: lengthen split.test or check data.label`,
    );
  if (unitless > 0)
    throw impossible(
      `${unitless} of ${rows} rows in the ${name} table have no ${columns.unit}: data.unit must not be null`,
    );
  if (units < 2)
    throw impossible(
      `the ${name} table spans ${units} unit (${columns.unit}), and intervals resample units, so they need at least 2: lengthen split.test or choose a finer data.unit`,
    );
}
