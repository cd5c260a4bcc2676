import { type AgeVerdict, type StoreMarks, judgeAges } from '../../contracts/store-ages.js';
import type { MarkedStore } from '../../operations/ports/marked-store.js';

export async function readMarks(stores: readonly MarkedStore[]): Promise<StoreMarks> {
  const marks: StoreMarks = { PostgreSQL: null, 'the object store': null, Temporal: null };
  await Promise.all(
    stores.map(async ({ name, read }) => {
      marks[name] = (await read()) ?? null;
    }),
  );
  return marks;
}

export interface Advance {
  stores: readonly MarkedStore[];
  /** The time of the database. */
  now: () => Promise<Date>;
  /** Epoch of the newest mark whose differing stores an operator has accepted. Default: none. */
  accepted?: number | undefined;
}

/**
 * Draws the next mark and writes it into every store. A mark that did not reach every store is written to the rest first, so
 * stores that were never restored are one mark apart at most. Only one process may do so at a time.
 *
 * @returns `differ`, with nothing written, if a store was restored
 */
export async function advance({ stores, now, accepted }: Advance): Promise<AgeVerdict> {
  const marks = await readMarks(stores);
  const verdict = judgeAges(marks);
  if (verdict.kind === 'differ' && verdict.newest.epoch !== accepted) return verdict;
  const newest = verdict.kind === 'new' ? 0 : verdict.newest.epoch;
  const isComplete = stores.every(({ name }) => (marks[name]?.epoch ?? 0) === newest);
  const epoch = isComplete || verdict.kind === 'differ' ? newest + 1 : newest;
  const mark = { epoch, at: (await now()).toISOString() };
  for (const store of stores) if ((marks[store.name]?.epoch ?? 0) < epoch) await store.write(mark);
  return { kind: 'same', newest: mark };
}
