import { join } from 'node:path';
import { Table } from '../../contracts/artifacts.js';
import { ExtractInput, type Snapshots } from '../../contracts/data.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import type { DataDeps } from './deps.js';
import { loadSpec } from './load-spec.js';
import { readSource } from './read-source.js';
import { withScratch } from './scratch.js';
import { storeTable } from './table.js';

/**
 * Freeze the rows that this lifecycle may see: one Parquet snapshot a source, cut to the read window by the source's
 * time column (a source without one is taken whole).
 *
 * Idempotent by content: the same file, time column and window give the same snapshot, byte for byte.
 * Heartbeats from a timer; a retry takes up the snapshots that are already recorded. Cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SourceNotFound`, `SourceUnreadable`, `DataRejected` (never retried)
 */
export function makeExtractSources(deps: DataDeps) {
  return async function extractSources(input: ExtractInput): Promise<Snapshots> {
    const { model, run, specDigest, windows } = parseOrFail(ExtractInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir } = deps;

    return whileHeartbeating(async (signal) => {
      const snapshots: Snapshots = {};
      for (const [name, source] of Object.entries(packed.spec.data.sources)) {
        const artifact = packed.sources[name];
        if (!artifact)
          throw fail(
            FailureType.SourceNotFound,
            `data.sources.${name} (${source.parquet ?? source.csv ?? ''}) was not uploaded with the spec: start the model again where the file can be read`,
          );
        const window = source.time === undefined ? null : windows.read;
        snapshots[name] = await remember(
          deps,
          {
            kind: 'data.extract',
            code: `1 ${sql.version}`,
            model,
            run,
            inputs: { artifact: artifact.sha256, name, source, window },
            output: Table,
          },
          async () => {
            const path = await artifacts.fetch(artifact);
            return withScratch(scratchDir, (folder) =>
              sql.session({ folder, signal }, async (session) => {
                const output = join(folder, `${name}.parquet`);
                await readSource(session, name, source, path, windows.read, output);
                return storeTable({ artifacts, session }, output, source.time);
              }),
            );
          },
        );
      }
      return snapshots;
    });
  };
}
