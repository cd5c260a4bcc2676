import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assertVaried } from '../../../../activities/data/label-variety.js';
import type { Problem } from '../../../../contracts/problems/index.js';
import { openSqlEngine } from '../../../../infra/adapters/duckdb/sql-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'mainspring-variety-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const asserted = (part: string, labels: string, problem: Problem): Promise<void> =>
  openSqlEngine({ memory: '200MB' }).session(
    { folder, signal: new AbortController().signal },
    async (session) => {
      const path = join(folder, 'part.parquet');
      await session.run(`copy (select unnest([${labels}]) as label) to '${path}' (format parquet)`);
      await assertVaried(session, { part, path, field: `split.${part}` }, problem);
    },
  );
const weather: Problem = { type: 'multiclass-classification', classes: ['rain', 'sun', 'fog'] };

describe('the labels of a part', () => {
  it('may not be equal, and are told as the spec calls them', async () => {
    await expect(asserted('test', '1, 1', weather)).rejects.toMatchObject({
      type: 'DataRejected',
      message: 'all 2 rows of test have the label sun, and no model can be judged by equal labels',
      remedy: expect.stringContaining('lengthen split.test') as string,
    });
    await expect(asserted('test', '1, 2', weather)).resolves.toBeUndefined();
  });

  it('may be equal where a regression is judged, and not where it learns', async () => {
    const problem: Problem = { type: 'regression' };
    await expect(asserted('test', '1.5, 1.5', problem)).resolves.toBeUndefined();
    await expect(asserted('train', '1.5, 1.5', problem)).rejects.toThrow(
      'all 2 rows of train have the label 1.5, and nothing can be learnt from equal labels',
    );
  });
});
