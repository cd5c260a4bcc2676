import { join } from 'node:path';
import { type Table } from '../../contracts/artifacts.js';
import { SplitInput, SplitResult, type Windows } from '../../contracts/data.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { whileHeartbeating } from '../heartbeat.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { remember } from '../remember.js';
import type { DataDeps } from './deps.js';
import { loadSpec } from './load-spec.js';
import { withScratch } from './scratch.js';
import { copyTo, parquet, quoted, timestamp } from './sql-text.js';
import { storeTable } from './table.js';

type Part = 'train' | 'search' | 'validation' | 'test';

/**
 * The span of event time of each part, and the moment at which its labels must be known: the start of the part that judges
 * it, so that nothing which happened during the judgement was learnt from. Test labels are those known at asOf.
 */
const spans = ({
  train,
  validation,
  test,
  asOf,
}: Windows): Record<Part, { from: string; to: string; known: string }> => ({
  train: { ...train, known: test.from },
  search: { from: train.from, to: validation.from, known: validation.from },
  validation: { ...validation, known: test.from },
  test: { ...test, known: asOf },
});

/** Features as the model takes them (float32), the label as 0/1 under one name, and what evaluations need beside. */
function selection({ data, features }: Pick<ModelSpec, 'data' | 'features'>): string {
  const beside = [...new Set([data.id, data.time, data.unit, ...features.slices])].filter(
    (name) => !features.set.includes(name) && name !== 'label',
  );
  return [
    ...beside.map(quoted),
    ...features.set.map((name) => `${quoted(name)}::FLOAT AS ${quoted(name)}`),
    `${quoted(data.label.column)}::INTEGER AS label`,
  ].join(', ');
}

/**
 * Cut the features by time into train, search, validation and test.
 *
 * Idempotent by content of the features, columns and windows. Heartbeats from a timer; cancel interrupts the statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SplitEmpty`, `DataRejected` (never retried)
 */
export function makeSplitRows(deps: DataDeps) {
  return async function splitRows(input: SplitInput): Promise<SplitResult> {
    const { model, run, specDigest, windows, features: table } = parseOrFail(SplitInput, input);
    const { spec } = await loadSpec(deps.specs, specDigest);
    const { sql, artifacts, scratchDir } = deps;
    const { id, time, unit, label } = spec.data;
    const { set, slices } = spec.features;

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.split',
          code: `1 ${sql.version}`,
          model,
          run,
          inputs: { table: table.artifact.sha256, columns: { id, time, unit, label, set, slices }, windows },
          output: SplitResult,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const path = await artifacts.fetch(table.artifact);
            return sql.session({ folder, signal }, async (session) => {
              await session.run(`CREATE VIEW features AS SELECT * FROM ${parquet(path)}`);
              const parts = {} as Record<Part, Table>;
              for (const [part, span] of Object.entries(spans(windows)) as [
                Part,
                ReturnType<typeof spans>[Part],
              ][]) {
                const output = join(folder, `${part}.parquet`);
                await session.run(
                  copyTo(
                    output,
                    `SELECT ${selection(spec)} FROM features
                     WHERE ${quoted(time)} >= ${timestamp(span.from)} AND ${quoted(time)} < ${timestamp(span.to)}
                       AND ${quoted(label.column)} IS NOT NULL AND ${quoted(label.availableAt)} <= ${timestamp(span.known)}
                     ORDER BY ${quoted(time)}, ${quoted(id)}`,
                  ),
                );
                parts[part] = await storeTable({ artifacts, session }, output, time);
                if (parts[part].rows === 0)
                  throw fail(
                    FailureType.SplitEmpty,
                    `${part} is empty: no labelled row with "${time}" in [${span.from}, ${span.to}) whose label is known at ${span.known}; the features have ${table.rows} rows from ${table.range?.from ?? '–'} to ${table.range?.to ?? '–'}: lengthen split.${part === 'search' ? 'train' : part}, choose a later --as-of, or deliver the labels`,
                  );
              }
              await assertApart(
                session,
                { id, time },
                join(folder, 'train.parquet'),
                join(folder, 'test.parquet'),
              );
              const [found] = await session.rows(
                `SELECT avg(label) AS rate FROM ${parquet(join(folder, 'train.parquet'))}`,
              );
              return { ...parts, baseRate: Number(found?.['rate']) };
            });
          }),
      ),
    );
  };
}

/** What makes the held-out window held out. @throws ApplicationFailure `DataRejected` */
async function assertApart(
  session: SqlSession,
  { id, time }: { id: string; time: string },
  train: string,
  test: string,
): Promise<void> {
  const [found] = await session.rows(
    `SELECT (SELECT max(${quoted(time)}) FROM ${parquet(train)}) < (SELECT min(${quoted(time)}) FROM ${parquet(test)}) AS ordered,
      (SELECT count(*) FROM ${parquet(test)} WHERE ${quoted(id)} IN (SELECT ${quoted(id)} FROM ${parquet(train)})) AS shared`,
  );
  if (found?.['ordered'] !== true)
    throw fail(
      FailureType.DataRejected,
      `train does not end before test begins by "${time}": its values must be plain instants`,
    );
  if (found['shared'] !== 0)
    throw fail(
      FailureType.DataRejected,
      `${String(found['shared'])} rows of test have a "${id}" that train has too: give every prediction an id of its own`,
    );
}
