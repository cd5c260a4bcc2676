import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { ExtractInput, Snapshot, type Snapshots } from '../../contracts/data.js';
import { declaredColumns } from '../../contracts/spec/declared-columns.js';
import { addressOf, formatOf } from '../../contracts/spec/source.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { whileHeartbeating } from '../heartbeat.js';
import { remember } from '../remember.js';
import { tooWide } from './column-limits.js';
import type { DataDeps } from './deps.js';
import type { SourceObject } from '../ports/source-objects.js';
import { limitsOf, loadSpec } from './load-spec.js';
import { MAX_OBJECTS, readObjects } from './read-objects.js';
import { readSource } from './read-source.js';
import { withScratch } from './scratch.js';
import { storeTable } from './table.js';

/**
 * Write one Parquet snapshot for each source, with the rows that this lifecycle may see: those whose time column lies
 * in the read window. A source without a time column is copied whole.
 *
 * Idempotent by content: the same file or the same versions of objects, time column and window give the same snapshot, byte
 * for byte. Objects are listed anew in every attempt. Heartbeats from
 * a timer. A retry keeps the snapshots that are recorded already. Cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SourceNotFound`, `SourceUnreadable`, `DataTooLarge`,
 * `DataRejected` (never retried)
 */
export function makeExtractSources(deps: DataDeps) {
  return async function extractSources(input: ExtractInput): Promise<Snapshots> {
    const { model, run, specDigest, windows } = parseOrFail(ExtractInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir, sourceObjects } = deps;
    const limits = limitsOf(packed);

    async function listed(name: string, pattern: string): Promise<SourceObject[]> {
      const objects = await sourceObjects.list(pattern, MAX_OBJECTS);
      if (objects.length > 0) return objects;
      throw fail(FailureType.DataRejected, `data.sources.${name}: no object matches ${pattern}`, {
        remedy: 'Correct the pattern, or write the objects first.',
      });
    }

    return whileHeartbeating(async (signal) => {
      const snapshots: Snapshots = {};
      for (const [name, source] of Object.entries(packed.spec.data.sources)) {
        const declared = declaredColumns(packed.spec.data)
          .filter((each) => each.source === name)
          .map(({ column, type, onFail }) => ({ column, type, onFail }));
        const objects = source.objects === undefined ? undefined : await listed(name, source.objects);
        const manifest = objects && (await artifacts.put(JSON.stringify(objects), MediaType.json));
        const artifact = manifest ?? packed.sources[name];
        if (!artifact)
          throw fail(
            FailureType.SourceNotFound,
            `data.sources.${name} (${addressOf(source)}) was not uploaded with the spec`,
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
              ...(formatOf(source) === 'parquet' ? {} : { declared }),
            },
            output: Snapshot,
          },
          () =>
            withScratch(scratchDir, (folder) =>
              sql.session({ folder, signal, limits }, async (session) => {
                const output = join(folder, `${name}.parquet`);
                const window = windows.read;
                if (objects)
                  await readObjects(
                    session,
                    { name, source, objects, store: sourceObjects, folder, window, declared },
                    output,
                  );
                else {
                  const path = await artifacts.fetch(artifact);
                  await readSource(session, name, source, path, window, output, declared);
                }
                const table = await storeTable({ artifacts, session }, output, source.time);
                return { ...table, ...(manifest ? { manifest } : {}) };
              }),
            ),
        );
      }
      const columns = Object.values(snapshots).flatMap((table) => Object.keys(table.columns));
      const fault = tooWide('data.sources', columns);
      if (fault) throw fault;
      return snapshots;
    });
  };
}
