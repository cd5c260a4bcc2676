import { join } from 'node:path';
import { type Table } from '../../contracts/artifacts.js';
import { SplitInput, SplitResult, type Windows } from '../../contracts/data.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { problemOf } from '../../contracts/problems/index.js';
import type { FeatureType, SignatureInput } from '../../contracts/signature.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { whileHeartbeating } from '../heartbeat.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { remember } from '../remember.js';
import { baseRateOf } from './base-rate.js';
import type { DataDeps } from './deps.js';
import { assertVaried } from './label-variety.js';
import { type Labels, labelsOf } from './label-sql.js';
import { limitsOf, loadSpec } from './load-spec.js';
import { withScratch } from './scratch.js';
import { quoted, timestamp } from '../../contracts/sql-text.js';
import { copyTo, parquet } from './parquet-sql.js';
import { signatureInputs } from './signature-inputs.js';
import { storeTable } from './table.js';

type Part = 'train' | 'search' | 'validation' | 'test';

/**
 * Each part's span of event time, and the instant by which its labels must be known. For train and search rows this
 * is the start of the part that evaluates them, so nothing that happened during the evaluation was learned from. Test
 * labels must be known at asOf.
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

/** DuckDB type of a feature in the split tables. */
const STORED: Record<FeatureType, string> = {
  float32: 'FLOAT',
  float64: 'DOUBLE',
  int64: 'BIGINT',
  bool: 'BOOLEAN',
  string: 'VARCHAR',
};

/**
 * SELECT list of a split table: features in the types of the signature, the label as a number named `label`, and the
 * columns that evaluation needs.
 */
function selection(
  { data, features }: Pick<ModelSpec, 'data' | 'features'>,
  inputs: SignatureInput[],
  labels: Labels,
): string {
  const beside = [...new Set([data.id, data.time, data.unit, ...features.slices])].filter(
    (name) => !features.set.includes(name) && name !== 'label',
  );
  return [
    ...beside.map(quoted),
    ...inputs.map(({ name, type }) => `${quoted(name)}::${STORED[type]} AS ${quoted(name)}`),
    `${labels.encoded} AS label`,
  ].join(', ');
}

/**
 * Cut the feature rows by time into the tables train, search, validation and test.
 *
 * Idempotent by content of the features, columns and windows. Heartbeats from a timer; cancel interrupts the
 * statement.
 *
 * @throws ApplicationFailure `SpecNotFound`, `SplitEmpty`, `DataRejected` (never retried)
 */
export function makeSplitRows(deps: DataDeps) {
  return async function splitRows(input: SplitInput): Promise<SplitResult> {
    const { model, run, specDigest, windows, features: table } = parseOrFail(SplitInput, input);
    const packed = await loadSpec(deps.specs, specDigest);
    const { spec } = packed;
    const limits = limitsOf(packed);
    const { sql, artifacts, scratchDir } = deps;
    const { id, time, unit, label } = spec.data;
    const { set, slices } = spec.features;
    const problem = problemOf(spec);
    const labels = labelsOf(problem, label.column, table.columns[label.column]);

    return whileHeartbeating((signal) =>
      remember(
        deps,
        {
          kind: 'data.split',
          engine: sql.version,
          model,
          run,
          inputs: {
            table: table.artifact.sha256,
            columns: { id, time, unit, label, set, slices },
            windows,
            problem,
          },
          output: SplitResult,
        },
        () =>
          withScratch(scratchDir, async (folder) => {
            const path = await artifacts.fetch(table.artifact);
            return sql.session({ folder, signal, limits }, async (session) => {
              await session.run(`CREATE VIEW features AS SELECT * FROM ${parquet(path)}`);
              const inputs = await signatureInputs(session, 'features', set, table.columns);
              const parts = {} as Record<Part, Table>;
              for (const [part, span] of Object.entries(spans(windows)) as [
                Part,
                ReturnType<typeof spans>[Part],
              ][]) {
                const output = join(folder, `${part}.parquet`);
                await session.run(
                  copyTo(
                    output,
                    `SELECT ${selection(spec, inputs, labels)} FROM features AS s
                     WHERE ${quoted(time)} >= ${timestamp(span.from)} AND ${quoted(time)} < ${timestamp(span.to)}
                       AND ${labels.encoded} IS NOT NULL AND ${quoted(label.availableAt)} <= ${timestamp(span.known)}
                     ORDER BY ${quoted(time)}, ${quoted(id)}`,
                  ),
                );
                parts[part] = await storeTable({ artifacts, session }, output, time);
                const field = `split.${part === 'search' ? 'train' : part}`;
                if (parts[part].rows === 0)
                  throw fail(
                    FailureType.SplitEmpty,
                    `${part} is empty: no labelled row with "${time}" in [${span.from}, ${span.to}) whose label is known at ${span.known}; the features have ${table.rows} rows from ${table.range?.from ?? '–'} to ${table.range?.to ?? '–'}`,
                    {
                      remedy: `Lengthen ${field}, choose a later --as-of, or deliver the labels.`,
                    },
                  );
                await assertVaried(session, { part, path: output, field }, problem);
              }
              await assertApart(
                session,
                { id, time },
                join(folder, 'train.parquet'),
                join(folder, 'test.parquet'),
              );
              const baseRate = await baseRateOf(session, parquet(join(folder, 'train.parquet')), problem);
              return { ...parts, baseRate, inputs };
            });
          }),
      ),
    );
  };
}

/**
 * Checks that all train rows lie before all test rows, and that no id occurs in both.
 *
 * @throws ApplicationFailure `DataRejected`
 */
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
    throw fail(FailureType.DataRejected, `train does not end before test begins by "${time}"`, {
      remedy: `Cast "${time}" to TIMESTAMP: its values must be plain instants.`,
    });
  if (found['shared'] !== 0)
    throw fail(
      FailureType.DataRejected,
      `${String(found['shared'])} rows of test have a "${id}" that train has too`,
      { remedy: 'Give every prediction an id of its own.' },
    );
}
