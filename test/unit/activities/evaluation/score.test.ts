import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoreRows } from '../../../../activities/evaluation/score.js';
import type { LoadedModel } from '../../../../activities/ports/scorer.js';
import type { SqlSession } from '../../../../activities/ports/sql-engine.js';
import type { FeatureColumn } from '../../../../contracts/feature-batch.js';
import { BINARY, type Problem } from '../../../../contracts/problems/index.js';
import { type Signature, numericSignature } from '../../../../contracts/signature.js';
import { openSqlEngine } from '../../../../infra/adapters/duckdb/sql-engine.js';

/** More rows than the 204,800 after which DuckDB ends a stream silently if an appender shares its connection. */
const ROWS = 250_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'score-test-'));
  await inSession((session) =>
    session.run(
      `copy (select i as id, timestamp '2001-01-01' + to_minutes(i::int) as time, 'u' || (9 - i // 50000) as "the unit",
        (i % 2)::int as label, case when i = 7 then null else i::double / ${ROWS} end as x, 'café ''' || (i % 3) as slice,
        0 as row, 0 as value, 0 as rank, 0 as candidate, 0 as champion
        from range(${ROWS}) t(i)) to '${join(folder, 'test.parquet')}' (format parquet, row_group_size 30000)`,
    ),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inSession = <T>(work: (session: SqlSession) => Promise<T>): Promise<T> =>
  openSqlEngine({ memory: '1GB' }).session({ folder, signal: new AbortController().signal }, work);

/** A model whose prediction is its only feature, or 0.5 if it is missing. */
const echo: LoadedModel = {
  takes: 'matrix',
  score: async (batch) => {
    const features = 'dense' in batch ? batch.dense : new Float32Array();
    return Float32Array.from(features, (value) => (Number.isNaN(value) ? 0.5 : value));
  },
  release: async () => {},
};

const columns = { id: 'id', time: 'time', unit: 'the unit' };
const input = (path: string, problem: Problem, signature: Pick<Signature, 'inputs'>) => ({
  path: join(folder, path),
  scoresPath: join(folder, `scores-${path}`),
  problem,
  signature,
  columns,
  slices: ['slice'],
  candidate: echo,
  champion: null,
});

describe('scoring', () => {
  it('gives every row its own score, however many there are, in memory and in the file', async () => {
    let batches = 0;
    const given = input('test.parquet', BINARY, numericSignature(['x']));
    const scored = await inSession((session) => scoreRows(session, given, () => (batches += 1)));

    expect(scored.rows).toBe(ROWS);
    expect(batches).toBeGreaterThan(ROWS / 8_192);
    const wrong = scored.candidate.findIndex((score, row) => row !== 7 && score !== Math.fround(row / ROWS));
    expect(wrong).toBe(-1);
    expect(scored.candidate[7]).toBe(0.5);
    expect(scored.label.every((label, row) => label === row % 2)).toBe(true);
    expect(scored.unit.values).toEqual(['u9', 'u8', 'u7', 'u6', 'u5']); // sorted by time, not by text
    expect(scored.unit.code[249_999]).toBe(4);
    expect(scored.slices[0]!.values[scored.slices[0]!.code[5]!]).toBe("café '2");

    const [found] = await inSession((session) =>
      session.rows(
        `select count(*) as rows, count(*) filter (candidate = (id::double / ${ROWS})::float) as same,
          count(champion) as others, min(slice) as least from read_parquet('${given.scoresPath}')`,
      ),
    );
    expect(found).toEqual({ rows: ROWS, same: ROWS - 1, others: 0, least: "café '0" });
  });

  it('feeds features of every type, and keeps all columns of a prediction', async () => {
    const classes = ['low', 'middle', 'high'];
    await inSession((session) =>
      session.run(
        `copy (select i as id, timestamp '2001-01-01' + to_minutes(i::int) as time, 'u' || (i // 50) as "the unit",
          (i % 3)::int as label, 'city ' || (i % 3) as slice, i::bigint as count, case when i % 5 > 0 then i % 2 = 0 end as flag,
          case when i % 4 > 0 then 'city ' || (i % 3) end as city, i / 7.0::double as amount
          from range(100) t(i)) to '${join(folder, 'typed.parquet')}' (format parquet)`,
      ),
    );
    const inputs: Signature['inputs'] = [
      { name: 'count', type: 'int64', nullable: false },
      { name: 'flag', type: 'bool', nullable: true },
      { name: 'city', type: 'string', nullable: true },
      { name: 'amount', type: 'float64', nullable: true },
    ];
    const seen: FeatureColumn[][] = [];
    const candidate: LoadedModel = {
      takes: 'columns',
      score: async (batch) => {
        if ('columns' in batch) seen.push([...batch.columns]);
        return Float32Array.from({ length: 3 * batch.rows }, (_, at) => [0.125, 0.25, 0.625][at % 3]!);
      },
      release: async () => {},
    };
    const problem: Problem = { type: 'multiclass-classification', classes };
    const given = { ...input('typed.parquet', problem, { inputs }), candidate };
    const scored = await inSession((session) => scoreRows(session, given, () => {}));

    const [count, flag, city, amount] = seen[0]!;
    expect(count).toBeInstanceOf(BigInt64Array);
    expect(count![99]).toBe(99n);
    expect(Array.from(flag as Float64Array).slice(0, 4)).toEqual([NaN, 0, 1, 0]);
    expect((city as string[]).slice(0, 4)).toEqual(['', 'city 1', 'city 2', 'city 0']);
    expect((amount as Float64Array)[1]).toBe(1 / 7);
    expect([scored.width, scored.candidate.length]).toEqual([3, 300]);
    expect(scored.label[5]).toBe(2);
    const [found] = await inSession((session) =>
      session.rows(
        `select candidate, candidate_outputs from read_parquet('${given.scoresPath}') where id = 99`,
      ),
    );
    expect(found).toEqual({ candidate: 0.625, candidate_outputs: [0.125, 0.25, 0.625] });
  });

  it('refuses a prediction that the problem cannot have', async () => {
    const broken: LoadedModel = {
      ...echo,
      score: async ({ rows }) => new Float32Array(rows).fill(Infinity),
    };
    const given = {
      ...input('test.parquet', { type: 'regression' }, numericSignature(['x'])),
      candidate: broken,
    };
    await expect(inSession((session) => scoreRows(session, given, () => {}))).rejects.toThrow(
      /the first is Infinity\), expected a finite number/,
    );
  });

  it.each([
    ['zeros', [0, 0, 0], '[0, 0, 0]'],
    ['sigmoids', [0.75, 0.75, 0.5], '[0.75, 0.75, 0.5]'],
  ])('refuses a candidate whose probabilities of a row do not sum to 1: %s', async (_what, row, shown) => {
    const given = input(
      'test.parquet',
      { type: 'multiclass-classification', classes: ['low', 'middle', 'high'] },
      numericSignature(['x']),
    );
    const answers = (values: number[]): LoadedModel => ({
      ...echo,
      score: async ({ rows }) => Float32Array.from({ length: 3 * rows }, (_, at) => values[at % 3]!),
    });
    const good = answers([0.25, 0.25, 0.5]);
    await expect(
      inSession((session) => scoreRows(session, { ...given, candidate: answers(row) }, () => {})),
    ).rejects.toThrow(
      `the candidate gave ${ROWS} of ${ROWS} predictions that are impossible (the first is ${shown}), expected probabilities that sum to 1`,
    );
    // A champion that was promoted before rows were judged is compared as ever.
    const both = { ...given, candidate: good, champion: answers(row) };
    expect((await inSession((session) => scoreRows(session, both, () => {}))).champion?.[0]).toBe(row[0]);
  });

  it('feeds the champion its own features, in its order and of its types, where those of the candidate differ', async () => {
    await inSession((session) =>
      session.run(
        `copy (select i as id, timestamp '2001-01-01' + to_minutes(i::int) as time, 'u' || (i // 50) as "the unit",
          (i % 2)::int as label, 'a' as slice, i / 100.0::double as x, case when i > 0 then 0 end::bigint as y
          from range(100) t(i)) to '${join(folder, 'two.parquet')}' (format parquet)`,
      ),
    );
    const seen: FeatureColumn[][] = [];
    const champion: LoadedModel = {
      takes: 'columns',
      score: async (batch) => {
        if ('columns' in batch) seen.push([...batch.columns]);
        return new Float32Array(batch.rows).fill(0.25);
      },
      release: async () => {},
    };
    const given = {
      ...input('two.parquet', BINARY, numericSignature(['x'])),
      champion,
      championInputs: [
        { name: 'y', type: 'int64', nullable: false },
        { name: 'x', type: 'float64', nullable: true },
      ] satisfies Signature['inputs'],
    };
    const scored = await inSession((session) => scoreRows(session, given, () => {}));
    expect(scored.candidate[50]).toBe(0.5);
    expect(scored.champion?.[50]).toBe(0.25);
    // The champion never saw a missing y, and gets 0 for it.
    expect(seen[0]?.[0]).toEqual(new BigInt64Array(100));
    expect(seen[0]?.[1]?.[50]).toBe(0.5);
  });
});
