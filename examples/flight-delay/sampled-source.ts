import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const flights = fileURLToPath(
  new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
);

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/**
 * Writes a part of the flights, for tests, and returns its path. The same fraction gives the same rows every time.
 *
 * It takes the flights between the busiest airports, as few airports as hold enough flights, and thins them by a hash of the
 * row without its delay. Thinning all airports alike would leave too few flights at each airport to measure how late it is
 * there, and the model would fail its gates.
 *
 * @param fraction 0–1; 1 gives the whole file
 */
export async function sampledFlights(fraction: number, dataDir: string): Promise<string> {
  if (fraction === 1) return flights;
  const path = join(dataDir, 'example', `busiest-flights-${fraction}.parquet`);
  if (await stat(path).catch(() => undefined)) return path;
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `copy (
       with all_flights as (select * from read_parquet(${quoted(flights)})),
       ranked as (select origin as airport, row_number() over (order by count(*) desc, origin) as rank from all_flights group by origin),
       placed as (
         select f.*, least(o.rank, d.rank) as rank
         from all_flights f join ranked o on o.airport = f.origin join ranked d on d.airport = f.destination
       ),
       shares as (select rank, sum(count(*)) over (order by rank) / sum(count(*)) over () as share from placed group by rank),
       chosen as (select rank, share from shares where share >= ${fraction} order by rank limit 1)
       select placed.* exclude (rank) from placed, chosen
       where placed.rank <= chosen.rank
         and hash(date, origin, destination, distance) % 100000 < 100000 * ${fraction} / chosen.share
       order by all
     ) to ${quoted(partial)} (format parquet, compression zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
  await rename(partial, path);
  return path;
}
