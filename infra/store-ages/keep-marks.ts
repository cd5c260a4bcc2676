import { type Kysely, sql } from 'kysely';
import type { AgeVerdict } from '../../contracts/store-ages.js';
import { databaseTime } from '../adapters/postgres/clock.js';
import type { Database } from '../adapters/postgres/schema.js';
import { advance } from './advance.js';
import type { MarkedStore } from '../../operations/ports/marked-store.js';

const EVERY_MS = 20_000;
/** Number of the advisory lock under which marks are drawn. */
const LOCK = 7_201_130;

interface KeepOptions {
  db: Kysely<Database>;
  stores: readonly MarkedStore[];
  accepted?: number | undefined;
}

/**
 * Draws the next mark, unless another process is drawing one.
 *
 * @returns undefined if another process is
 */
export const drawMark = ({ db, stores, accepted }: KeepOptions): Promise<AgeVerdict | undefined> =>
  db.connection().execute(async (connection) => {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${LOCK}) as taken`.execute(
      connection,
    );
    if (!rows[0]?.taken) return undefined;
    try {
      return await advance({ stores, accepted, now: () => databaseTime(connection) });
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection);
    }
  });

/**
 * Draws a mark every 20 seconds and a last one at the end, so that a store that is restored later is known by its age.
 *
 * @param warn told when the stores differ, or a store does not take its mark
 */
export function keepMarks({ warn, ...options }: KeepOptions & { warn: (sentence: string) => void }): {
  close: () => Promise<void>;
} {
  let current = Promise.resolve();
  const draw = async (): Promise<void> => {
    try {
      const verdict = await drawMark(options);
      if (verdict?.kind === 'differ') warn(`the stores are of different ages: ${verdict.detail}`);
    } catch (error) {
      warn(
        `the ages of the stores could not be marked: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const timer = setInterval(() => {
    current = current.then(draw);
  }, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await current;
      await draw();
    },
  };
}
