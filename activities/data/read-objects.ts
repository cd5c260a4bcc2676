import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeRange } from '../../contracts/artifacts.js';
import { FailureType, fail } from '../../contracts/failures.js';
import { type Source, addressOf } from '../../contracts/spec/source.js';
import { literal } from '../../contracts/sql-text.js';
import type { SourceObject, SourceObjects } from '../ports/source-objects.js';
import type { SqlSession } from '../ports/sql-engine.js';
import type { Declared } from './csv-reader.js';
import { copyTo, parquet } from './parquet-sql.js';
import { emptiness, readSource } from './read-source.js';
import { isUnreadable, reasonOf } from './unreadable.js';

/** Most objects of one source. */
export const MAX_OBJECTS = 10_000;

/** Text of a part of a key, in which Hive escapes some characters. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Values that the folders of a key give to all its rows: `dt=2001-02-01/part-0.parquet` is dt 2001-02-01. */
export function partitionOf(key: string): Record<string, string> {
  const folders = key.split('/').slice(0, -1);
  return Object.fromEntries(
    folders.flatMap((folder) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
      return name === undefined || value === undefined ? [] : [[name, unescaped(value)]];
    }),
  );
}

/**
 * Write the rows of listed objects that lie in the read window, in a total order. Objects are read one after the other, so
 * that only one of them is on the disk at a time. Columns that an object does not have are null in its rows.
 *
 * @throws ApplicationFailure as `readSource`. An ordinary error if an object has changed since it was listed: the next
 * attempt lists anew.
 */
export async function readObjects(
  session: SqlSession,
  {
    name,
    source,
    objects,
    store,
    folder,
    window,
    declared,
  }: {
    name: string;
    source: Source;
    objects: readonly SourceObject[];
    store: Pick<SourceObjects, 'fetch'>;
    folder: string;
    window: TimeRange;
    declared: readonly Declared[];
  },
  output: string,
): Promise<void> {
  const pattern = addressOf(source);
  const parts: string[] = [];
  for (const [at, object] of objects.entries()) {
    const file = join(folder, `${name}-object`);
    const part = join(folder, `${name}-part-${at}.parquet`);
    if (!(await store.fetch(pattern, object, file)))
      throw new Error(`object ${object.key} of source ${name} has changed since it was listed`);
    await readSource(session, name, source, file, window, part, declared, {
      named: object.key,
      partition: partitionOf(object.key),
    });
    await rm(file);
    parts.push(part);
  }
  const all = `read_parquet([${parts.map(literal).join(', ')}], union_by_name = true)`;
  try {
    await session.run(copyTo(output, `SELECT * FROM ${all} ORDER BY ALL`));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw fail(
      FailureType.SourceUnreadable,
      `the objects of data.sources.${name} (${pattern}) do not fit together: ${reasonOf(error)}`,
      {
        remedy:
          'Give a column one type in all objects, or declare it in a check of kind columns if they are CSV or JSON lines.',
      },
    );
  }
  const [found] = await session.rows(`SELECT count(*) AS rows FROM ${parquet(output)}`);
  const { time } = source;
  if (found?.['rows'] === 0)
    throw await emptiness(session, `data.sources.${name} (${pattern})`, undefined, time, window);
  await Promise.all(parts.map((part) => rm(part)));
}
