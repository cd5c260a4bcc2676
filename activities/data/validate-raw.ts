import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { ValidateRawInput, ValidationResult } from '../../contracts/data.js';
import { parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import { checkSources } from './check-sources.js';
import type { DataDeps } from './deps.js';
import { keepFailingRows } from './failing-rows.js';
import { loadSpec } from './load-spec.js';
import { renderReport } from './report.js';
import { withScratch } from './scratch.js';
import { digestsOf, fetchAll } from './snapshots.js';
import { parquet, quoted } from './sql-text.js';

/**
 * Judge the snapshots by the spec's checks and the engine's own, and keep a report and a sample of failing rows. Data that
 * fail are a result, not a failure: the workflow decides what follows.
 *
 * Idempotent by content of snapshots and checks. Heartbeats from a timer; cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound` (never retried)
 */
export function makeValidateRaw(deps: DataDeps) {
  return async function validateRaw(input: ValidateRawInput): Promise<ValidationResult> {
    const { model, run, specDigest, windows, snapshots } = parseOrFail(ValidateRawInput, input);
    const { data } = (await loadSpec(deps.specs, specDigest)).spec;
    const { sql, artifacts, scratchDir } = deps;
    const { asOf } = windows;
    const { checks, sources } = data;

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.validate-raw',
          code: `3 ${sql.version}`,
          model,
          run,
          inputs: { model, snapshots: digestsOf(snapshots), checks, sources, asOf },
          output: ValidationResult,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const paths = await fetchAll(artifacts, snapshots);
            return sql.session({ folder, signal }, async (session) => {
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
