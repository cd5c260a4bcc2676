import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { withArchive } from '../../../client/pack/archive.js';
import { type ArtifactRef, MediaType } from '../../../contracts/artifacts.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import type { TrainingBench } from './bench.js';

const examples = join(import.meta.dirname, '../../../examples');
const root = join(import.meta.dirname, '../../..');

export const FEATURES = ['a', 'b', 'c'];

/** Rows whose label depends on the features; one in twenty lacks `c`. The same seed gives the same rows. */
async function rows(bench: TrainingBench, name: string, count: number, seed: number): Promise<ArtifactRef> {
  const path = join(bench.dataDir, `${name}.parquet`);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const db = await instance.connect();
  await db.run(`SELECT setseed(${seed})`);
  await db.run(`CREATE TABLE x AS
    SELECT (random() * 10)::FLOAT AS a, (random() - 0.5)::FLOAT AS b,
           CASE WHEN random() < 0.05 THEN NULL ELSE random() END::FLOAT AS c FROM range(${count})`);
  await db.run(`COPY (
    SELECT *, (random() < 1 / (1 + exp(-(2 * sin(a) + 3 * b + coalesce(c, 0.5) - 1))))::INTEGER AS label FROM x
  ) TO '${path}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
  return bench.artifacts.putFile(path, MediaType.parquet);
}

/** The code, the environment and the real rows of a job with an example trainer. */
export async function exampleTrainer(
  bench: TrainingBench,
  { code, lock, count }: { code: string; lock: string; count: number },
): Promise<Pick<TrainingJobInput, 'code' | 'environment' | 'channels' | 'columns'>> {
  const [archive, environment, train, validation] = await Promise.all([
    withArchive(join(examples, code), (file) => bench.artifacts.putFile(file, MediaType.tarGzip)),
    bench.artifacts.put(await readFile(join(examples, lock), 'utf8'), MediaType.text),
    rows(bench, 'train', count, 0.25),
    rows(bench, 'validation', Math.ceil(count / 4), 0.75),
  ]);
  // The engine puts the SDK on every job's path; the bench has none of its own.
  await symlink(join(root, 'trainers/python'), join(bench.dataDir, 'sdk')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await bench.act(bench.activities.buildEnvironment, { environment });
  const table = (artifact: ArtifactRef) => ({ artifact, rows: count, columns: {}, range: null });
  return {
    code: archive,
    environment,
    channels: { train: table(train), validation: table(validation) },
    columns: { features: FEATURES, label: 'label' },
  };
}
