import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { ValidateFeaturesInput, ValidationResult } from '../../contracts/data.js';
import { parseOrFail } from '../../contracts/failures.js';
import { problemOf } from '../../contracts/problems/index.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import { boundedResults } from './bounded-results.js';
import { checkFeatures } from './check-features.js';
import type { DataDeps } from './deps.js';
import { keepFailingRows } from './failing-rows.js';
import { limitsOf, loadSpec } from './load-spec.js';
import { renderReport } from './report.js';
import { withScratch } from './scratch.js';
import { parquet } from './parquet-sql.js';
import { storeTable } from './table.js';

/**
 * Run the checks of features and labels: allowed labels, leakage, finite values, unique ids. Stores a report and a
 * sample of failing rows. If rows are set aside, the table without them is stored, too. A failed check is part of the result and raises no failure; the workflow decides about it.
 *
 * Idempotent by content of the features and checks. Heartbeats from a timer; cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `DataTooLarge`, `SqlTimedOut` (never retried)
 */
export function makeValidateFeatures(deps: DataDeps) {
  return async function validateFeatures(input: ValidateFeaturesInput): Promise<ValidationResult> {
    const request = parseOrFail(ValidateFeaturesInput, input);
    const { model, run, specDigest, windows, features: table, setsAside = false } = request;
    const packed = await loadSpec(deps.specs, specDigest);
    const { spec } = packed;
    const limits = limitsOf(packed);
    const { sql, artifacts, scratchDir } = deps;
    const { id, time, unit, label, checks } = spec.data;
    const { asOf, train } = windows;

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.validate-features',
          engine: sql.version,
          model,
          run,
          inputs: {
            model,
            table: table.artifact.sha256,
            checks,
            columns: { id, time, unit, label, set: spec.features.set, slices: spec.features.slices },
            setsAside,
            asOf,
            train,
            problem: problemOf(spec),
          },
          output: ValidationResult,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const path = await artifacts.fetch(table.artifact);
            return sql.session({ folder, signal, limits }, async (session) => {
              await session.run(`CREATE VIEW features AS SELECT * FROM ${parquet(path)}`);
              const found = await checkFeatures(session, spec, {
                windows,
                columns: table.columns,
                folder,
                setsAside,
              });
              const report = renderReport({
                title: `Features and labels of ${model}`,
                subject: `Rows from ${windows.rows.from} to ${windows.rows.to}, labels as known at ${asOf}.`,
                checks: found.checks,
                sections: [
                  {
                    name: 'features',
                    rows: found.rows,
                    columns: found.columns,
                    measure: found.measure,
                  },
                ],
              });
              const passed = found.checks.every(({ verdict }) => verdict !== 'fail');
              return {
                passed,
                rows: found.rows,
                checks: boundedResults(found.checks),
                report: await artifacts.put(report, MediaType.html),
                failingRows: await keepFailingRows(
                  { artifacts, session },
                  found.failing,
                  join(folder, 'failing.parquet'),
                ),
                ...(passed && found.kept !== undefined
                  ? { kept: await storeTable({ artifacts, session }, found.kept, time) }
                  : {}),
              };
            });
          }),
      ),
    );
  };
}
