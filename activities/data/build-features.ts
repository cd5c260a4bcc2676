import { join } from 'node:path';
import { Table } from '../../contracts/artifacts.js';
import { FeaturesInput } from '../../contracts/data.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import type { DataDeps } from './deps.js';
import { checkFeatureColumns } from './feature-columns.js';
import { limitsOf, loadSpec, sqlOf, variablesOf } from './load-spec.js';
import { withScratch } from './scratch.js';
import { quoted, timestamp } from '../../contracts/sql-text.js';
import { parquet } from './parquet-sql.js';
import { storeTable } from './table.js';

/**
 * Run the spec's feature SQL: from clean rows to one row for each prediction. The SQL runs behind a wall: it sees the
 * view `clean` and nothing else.
 *
 * Idempotent by content of the clean rows, SQL, columns and windows. Heartbeats from a timer; cancel and the spec's
 * limits interrupt the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SqlRefused`, `SqlTimedOut`, `DataRejected` (never retried)
 */
export function makeBuildFeatures(deps: DataDeps) {
  return async function buildFeatures(input: FeaturesInput): Promise<Table> {
    const { model, run, specDigest, windows, clean } = parseOrFail(FeaturesInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir } = deps;
    const limits = limitsOf(packed);
    const { data, features } = packed.spec;
    const { id, time, unit, label } = data;
    const statement = sqlOf(packed, features.sql);
    const name = `features.sql (${features.sql})`;

    const table = await whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.features',
          engine: sql.version,
          model,
          run,
          inputs: {
            clean: clean.artifact.sha256,
            statement,
            variables: variablesOf(windows),
            columns: { id, time, unit, label, set: features.set, slices: features.slices },
          },
          output: Table,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const output = join(folder, 'features.parquet');
            await sql.walledSelect({
              name,
              sql: statement,
              inputs: { clean: await artifacts.fetch(clean.artifact) },
              variables: variablesOf(windows),
              limits,
              output,
              folder,
              signal,
            });
            return sql.session({ folder, signal, limits }, async (session) => {
              const table = await storeTable({ artifacts, session }, output, time, name);
              checkFeatureColumns(packed.spec, table.columns);
              const { from, to } = windows.rows;
              if (table.rows === 0)
                throw fail(
                  FailureType.DataRejected,
                  `${name} gives no row in [${from}, ${to}) from ${clean.rows} clean rows`,
                  { remedy: 'Look at its joins and conditions.' },
                );
              const column = quoted(time);
              const [found] = await session.rows(
                `SELECT count(*) AS rows FROM ${parquet(output)} WHERE ${column} IS NULL OR ${column} < ${timestamp(from)} OR ${column} >= ${timestamp(to)}`,
              );
              if (found?.['rows'] !== 0)
                throw fail(
                  FailureType.DataRejected,
                  `${name} gives ${String(found?.['rows'])} rows whose "${time}" is not in [${from}, ${to})`,
                  {
                    remedy: `Add \`where ${column} >= getvariable('window_from') and ${column} < getvariable('window_to')\`.`,
                  },
                );
              return table;
            });
          }),
      ),
    );
    // The table may have been recorded for another spec that allowed other column types, for example of another
    // problem type.
    checkFeatureColumns(packed.spec, table.columns);
    return table;
  };
}
