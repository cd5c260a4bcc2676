import { join } from 'node:path';
import { Table } from '../../contracts/artifacts.js';
import { CleanInput } from '../../contracts/data.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import type { DataDeps } from './deps.js';
import { limitsOf, loadSpec, sqlOf, variablesOf } from './load-spec.js';
import { rowChecks } from './row-checks.js';
import { setAside } from './set-aside.js';
import { withScratch } from './scratch.js';
import { digestsOf, fetchAll } from './snapshots.js';
import { quoted, timestamp } from '../../contracts/sql-text.js';
import { parquet } from './parquet-sql.js';
import { isTemporal } from '../../contracts/sql-types.js';
import { storeTable } from './table.js';

/**
 * Run the spec's cleaning SQL behind a wall: from snapshots to clean rows. Rows without event time, and rows
 * that fail a check with `onFail: quarantine`, are removed before the SQL runs.
 *
 * Idempotent by content of snapshots, SQL, checks and windows. Heartbeats from a timer; cancel and the spec's limits
 * interrupt the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SqlRefused`, `SqlTimedOut`, `DataRejected` (never retried)
 */
export function makeCleanRows(deps: DataDeps) {
  return async function cleanRows(input: CleanInput): Promise<Table> {
    const { model, run, specDigest, windows, snapshots } = parseOrFail(CleanInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir } = deps;
    const limits = limitsOf(packed);
    const { data } = packed.spec;
    const statement = sqlOf(packed, data.clean);
    const quarantine = data.checks.filter((check) => check.onFail === 'quarantine');
    // Among them those of event times, which depend on other checks, too.
    const setsAside = rowChecks(data)
      .filter(({ onFail }) => onFail === 'quarantine')
      .map(({ id }) => id);

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.clean',
          engine: sql.version,
          model,
          run,
          inputs: {
            snapshots: digestsOf(snapshots),
            statement,
            quarantine,
            sources: Object.keys(data.sources),
            setsAside,
            variables: variablesOf(windows),
            time: data.time,
          },
          output: Table,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const paths = await fetchAll(artifacts, snapshots);
            const inputs = await sql.session({ folder, signal, limits }, (session) =>
              setAside(session, data, { paths, folder }),
            );
            const output = join(folder, 'clean.parquet');
            const name = `data.clean (${data.clean})`;
            await sql.walledSelect({
              name,
              sql: statement,
              inputs,
              variables: variablesOf(windows),
              limits,
              output,
              folder,
              signal,
            });
            return sql.session({ folder, signal, limits }, async (session) => {
              const table = await storeTable({ artifacts, session }, output, data.time, name);
              if (table.rows === 0)
                throw fail(FailureType.DataRejected, `${name} leaves no row of ${rowCounts(snapshots)}`, {
                  remedy: 'Look at its joins and conditions.',
                });
              if (isTemporal(table.columns[data.time])) {
                const [late] = await session.rows(
                  `SELECT count(*) AS rows FROM ${parquet(output)} WHERE ${quoted(data.time)} >= ${timestamp(windows.asOf)}`,
                );
                if (late?.['rows'] !== 0)
                  throw fail(
                    FailureType.DataRejected,
                    `${name} gives ${String(late?.['rows'])} rows whose "${data.time}" is not before as_of ${windows.asOf}`,
                    { remedy: `Add \`where ${quoted(data.time)} < getvariable('as_of')\`.` },
                  );
              }
              return table;
            });
          }),
      ),
    );
  };
}

const rowCounts = (snapshots: CleanInput['snapshots']): string =>
  Object.entries(snapshots)
    .map(([name, { rows }]) => `${rows} ${name}`)
    .join(', ');
