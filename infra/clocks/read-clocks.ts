import type { Kysely } from 'kysely';
import type { ClockReading } from '../../contracts/clock.js';
import { databaseTime } from '../adapters/postgres/clock.js';
import type { Database } from '../adapters/postgres/schema.js';
import type { S3Options } from '../adapters/s3/client.js';
import { storeTime } from '../adapters/s3/clock.js';
import { aheadOfServer } from './ahead.js';

/** Compares the clock of this process with those of the servers. One that does not answer is left out. */
export async function readClocks(
  { db, s3 }: { db: Kysely<Database>; s3: S3Options },
  now: () => number = Date.now,
): Promise<ClockReading[]> {
  const questions: [string, () => Promise<Date>][] = [
    ['PostgreSQL', () => databaseTime(db)],
    ['the object store', () => storeTime(s3)],
  ];
  const answers = await Promise.all(
    questions.map(([server, ask]) =>
      aheadOfServer(ask, now).then(
        (aheadMs) => (Number.isNaN(aheadMs) ? [] : [{ server, aheadMs }]),
        () => [],
      ),
    ),
  );
  return answers.flat();
}
