import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { ValidateRawInput, ValidationResult } from '../../contracts/data.js';
import { parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import { boundedResults } from './bounded-results.js';
import { checkSources } from './check-sources.js';
import type { DataDeps } from './deps.js';
import { keepFailingRows } from './failing-rows.js';
import { limitsOf, loadSpec } from './load-spec.js';
import { renderReport } from './report.js';
import { withScratch } from './scratch.js';
import { digestsOf, fetchAll } from './snapshots.js';
import { quoted } from '../../contracts/sql-text.js';
import { parquet } from './parquet-sql.js';

/**
 * Run the spec's checks and the engine's own checks on the snapshots. Stores a report and a sample of failing rows. A
 * failed check is part of the result and raises no failure; the workflow decides about it.
 *
 * Idempotent by content of snapshots and checks. Heartbeats from a timer; cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `DataTooLarge`, `SqlTimedOut` (never retried)
 */
export function makeValidateRaw(deps: DataDeps) {
  return async function validateRaw(input: ValidateRawInput): Promise<ValidationResult> {
    const { model, run, specDigest, windows, snapshots } = parseOrFail(ValidateRawInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { data } = packed.spec;
    const limits = limitsOf(packed);
    const { sql, artifacts, scratchDir } = deps;
    const { asOf } = windows;
    const { checks, sources } = data;

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.validate-raw',
          engine: sql.version,
          model,
          run,
          inputs: { model, snapshots: digestsOf(snapshots), checks, sources, asOf },
          output: ValidationResult,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const paths = await fetchAll(artifacts, snapshots);
            return sql.session({ folder, signal, limits }, async (session) => {
              for (const [name, path] of Object.entries(paths))
                await session.run(`CREATE VIEW ${quoted(name)} AS SELECT * FROM ${parquet(path)}`);
              const delivered = Object.fromEntries(
                Object.entries(snapshots).map(([name, { rows }]) => [name, rows]),
              );
              const found = await checkSources(session, data, { asOf, delivered });
              const report = renderReport({
                title: `Raw data of ${model}`,
                subject: `What the model may know as of ${asOf}.`,
                checks: found.checks,
                sections: Object.entries(found.profiles).map(([name, profile]) => ({ name, ...profile })),
              });
              return {
                passed: found.checks.every(({ verdict }) => verdict !== 'fail'),
                rows: Object.values(found.profiles).reduce((sum, { rows }) => sum + rows, 0),
                checks: boundedResults(found.checks),
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
