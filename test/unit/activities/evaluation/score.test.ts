import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, rowsOf } from '../../../../activities/evaluation/database.js';
import { scoreRows } from '../../../../activities/evaluation/score.js';
import type { LoadedModel } from '../../../../activities/ports/scorer.js';

/** More than the 204,800 rows at which a stream ends silently when an appender shares its connection. */
const ROWS = 250_000;

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'score-test-'));
  database = await openDatabase(folder);
  const connection = await database.connect();
  await connection.run(
    `copy (select i as id, timestamp '2001-01-01' + to_minutes(i::int) as time, 'u' || (9 - i // 50000) as "the unit",
      (i % 2)::int as label, case when i = 7 then null else i::double / ${ROWS} end as x, 'café ''' || (i % 3) as slice,
      0 as row, 0 as value, 0 as rank, 0 as candidate, 0 as champion
      from range(${ROWS}) t(i)) to '${join(folder, 'test.parquet')}' (format parquet, row_group_size 30000)`,
  );
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Answers with the only feature, and 0.5 where it is missing. */
const echo: LoadedModel = {
  score: async (features, rows) =>
    Float32Array.from({ length: rows }, (_, row) => (Number.isNaN(features[row]) ? 0.5 : features[row]!)),
  release: async () => {},
};

describe('scoring', () => {
  it('gives every row its own score, however many there are, in memory and in the file', async () => {
    const scoresPath = join(folder, 'scores.parquet');
    let batches = 0;
    const scored = await scoreRows(
      database,
      {
        path: join(folder, 'test.parquet'),
        scoresPath,
        features: ['x'],
        columns: { id: 'id', time: 'time', unit: 'the unit' },
        slices: ['slice'],
        candidate: echo,
        champion: null,
      },
      () => (batches += 1),
    );

    expect(scored.rows).toBe(ROWS);
    expect(batches).toBeGreaterThan(ROWS / 8_192);
    const wrong = scored.candidate.findIndex((score, row) => row !== 7 && score !== Math.fround(row / ROWS));
    expect(wrong).toBe(-1);
    expect(scored.candidate[7]).toBe(0.5);
    expect(scored.label.every((label, row) => label === row % 2)).toBe(true);
    expect(scored.unit.values).toEqual(['u9', 'u8', 'u7', 'u6', 'u5']); // in order of time, not of text
    expect(scored.unit.code[249_999]).toBe(4);
    expect(scored.slices[0]!.values[scored.slices[0]!.code[5]!]).toBe("café '2");

    const [found] = await rowsOf(
      await database.connect(),
      `select count(*)::int, count(*) filter (candidate = (id::double / ${ROWS})::float)::int, count(champion)::int, min(slice) from read_parquet('${scoresPath}')`,
    );
    expect(found).toEqual([ROWS, ROWS - 1, 0, "café '0"]);
  });
});
