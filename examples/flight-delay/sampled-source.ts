import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const flights = fileURLToPath(
  new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
);

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/**
 * The flights source at a part of its size, for tests: the same rows every time, chosen by a hash of the row, never of the
 * delay.
 *
 * @param fraction 0–1; 1 gives the whole file
 */
export async function sampledFlights(fraction: number, dataDir: string): Promise<string> {
  if (fraction === 1) return flights;
  const path = join(dataDir, 'example', `flights-${fraction}.parquet`);
  if (await stat(path).catch(() => undefined)) return path;
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `copy (
       select * from read_parquet(${quoted(flights)})
       where hash(date, origin, destination, distance) % 100000 < ${Math.round(fraction * 100_000)}
       order by all
     ) to ${quoted(partial)} (format parquet, compression zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
  await rename(partial, path);
  return path;
}
