import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { ValidateFeaturesInput, ValidationResult } from '../../contracts/data.js';
import { parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import { checkFeatures } from './check-features.js';
import type { DataDeps } from './deps.js';
import { keepFailingRows } from './failing-rows.js';
import { loadSpec } from './load-spec.js';
import { renderReport } from './report.js';
import { withScratch } from './scratch.js';
import { parquet } from './sql-text.js';

/**
 * Judge features and labels: labels of both classes, their rate, features that give the label away, finite values, unique
 * ids. Keeps a report and a sample of failing rows. Data that fail are a result, not a failure.
 *
 * Idempotent by content of the features and checks. Heartbeats from a timer; cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound` (never retried)
 */
export function makeValidateFeatures(deps: DataDeps) {
  return async function validateFeatures(input: ValidateFeaturesInput): Promise<ValidationResult> {
    const { model, run, specDigest, windows, features: table } = parseOrFail(ValidateFeaturesInput, input);
    const { spec } = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir } = deps;
    const { id, time, unit, label, checks } = spec.data;
    const { asOf } = windows;

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.validate-features',
          code: `3 ${sql.version}`,
          model,
          run,
          inputs: {
            model,
            table: table.artifact.sha256,
            checks,
            columns: { id, time, unit, label, set: spec.features.set },
            asOf,
          },
          output: ValidationResult,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const path = await artifacts.fetch(table.artifact);
            return sql.session({ folder, signal }, async (session) => {
              await session.run(`CREATE VIEW features AS SELECT * FROM ${parquet(path)}`);
              const found = await checkFeatures(session, spec, { asOf, columns: table.columns });
              const report = renderReport({
                title: `Features and labels of ${model}`,
                subject: `Rows from ${windows.rows.from} to ${windows.rows.to}, labels as known at ${asOf}.`,
                checks: found.checks,
                sections: [{ name: 'features', rows: found.rows, columns: found.columns }],
              });
              return {
                passed: found.checks.every(({ verdict }) => verdict !== 'fail'),
                rows: found.rows,
                checks: found.checks,
                report: await artifacts.put(report, MediaType.html),
                failingRows: await keepFailingRows(
                  { artifacts, session },
                  found.failing,
                  join(folder, 'failing.parquet'),
                ),
              };
            });
          }),
      ),
    );
  };
}
