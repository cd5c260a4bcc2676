import { join } from 'node:path';
import { Table } from '../../contracts/artifacts.js';
import { ExtractInput, type Snapshots } from '../../contracts/data.js';
import { declaredColumns } from '../../contracts/spec/declared-columns.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import { tooWide } from './column-limits.js';
import type { DataDeps } from './deps.js';
import { limitsOf, loadSpec } from './load-spec.js';
import { readSource } from './read-source.js';
import { withScratch } from './scratch.js';
import { storeTable } from './table.js';

/**
 * Write one Parquet snapshot for each source, with the rows that this lifecycle may see: those whose time column lies
 * in the read window. A source without a time column is copied whole.
 *
 * Idempotent by content: the same file, time column and window give the same snapshot, byte for byte. Heartbeats from
 * a timer. A retry keeps the snapshots that are recorded already. Cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SourceNotFound`, `SourceUnreadable`, `DataTooLarge`,
 * `DataRejected` (never retried)
 */
export function makeExtractSources(deps: DataDeps) {
  return async function extractSources(input: ExtractInput): Promise<Snapshots> {
    const { model, run, specDigest, windows } = parseOrFail(ExtractInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir } = deps;
    const limits = limitsOf(packed);

    return whileHeartbeating(async (signal) => {
      const snapshots: Snapshots = {};
      for (const [name, source] of Object.entries(packed.spec.data.sources)) {
        const declared = declaredColumns(packed.spec.data)
          .filter((each) => each.source === name)
          .map(({ column, type, onFail }) => ({ column, type, onFail }));
        const artifact = packed.sources[name];
        if (!artifact)
          throw fail(
            FailureType.SourceNotFound,
            `data.sources.${name} (${source.parquet ?? source.csv ?? ''}) was not uploaded with the spec`,
            { remedy: 'Start the model again where the file can be read.' },
          );
        const window = source.time === undefined ? null : windows.read;
        snapshots[name] = await remember(
          deps,
          {
            kind: 'data.extract',
            engine: sql.version,
            model,
            run,
            inputs: {
              artifact: artifact.sha256,
              name,
              source,
              window,
              ...(source.csv === undefined ? {} : { declared }),
            },
            output: Table,
          },
          async () => {
            const path = await artifacts.fetch(artifact);
            return withScratch(scratchDir, (folder) =>
              sql.session({ folder, signal, limits }, async (session) => {
                const output = join(folder, `${name}.parquet`);
                await readSource(session, name, source, path, windows.read, output, declared);
                return storeTable({ artifacts, session }, output, source.time);
              }),
            );
          },
        );
      }
      const columns = Object.values(snapshots).flatMap((table) => Object.keys(table.columns));
      const fault = tooWide('data.sources', columns);
      if (fault) throw fault;
      return snapshots;
    });
  };
}
