import { z } from 'zod';
import { Instant } from './artifacts.js';

/** A number that all three stores hold. It grows while the engine runs, so a store that was restored has an older one. */
export const StoreMark = z.object({
  epoch: z.int().nonnegative(),
  /** When it was drawn, by the clock of the database. */
  at: Instant,
});
export type StoreMark = z.infer<typeof StoreMark>;

export const STORE_NAMES = ['PostgreSQL', 'the object store', 'Temporal'] as const;
export type StoreName = (typeof STORE_NAMES)[number];
/** Null: the store has no mark. */
export type StoreMarks = Record<StoreName, StoreMark | null>;

export type AgeVerdict =
  /** No store has a mark: a new installation, or one of a version without marks. */
  | { kind: 'new' }
  | { kind: 'same'; newest: StoreMark }
  | { kind: 'differ'; newest: StoreMark; older: StoreName[]; detail: string };

const shown = (name: StoreName, mark: StoreMark | null): string =>
  mark === null ? `${name} has no mark` : `${name} is at mark ${mark.epoch} of ${mark.at}`;

/**
 * Compares the ages of the stores.
 *
 * @param behind how far a store may be behind the newest. Default: 1, because a mark is written into one store after the other
 */
export function judgeAges(marks: StoreMarks, behind = 1): AgeVerdict {
  const found = STORE_NAMES.flatMap((name) => marks[name] ?? []);
  const newest = found.reduce<StoreMark | undefined>(
    (best, mark) => (best && best.epoch >= mark.epoch ? best : mark),
    undefined,
  );
  if (newest === undefined) return { kind: 'new' };
  const older = STORE_NAMES.filter((name) => newest.epoch - (marks[name]?.epoch ?? 0) > behind);
  if (older.length === 0) return { kind: 'same', newest };
  const detail = STORE_NAMES.map((name) => shown(name, marks[name])).join(', ');
  return { kind: 'differ', newest, older, detail };
}

/** The remedy for stores of different ages. */
export const ageRemedy = ({ older, newest }: Extract<AgeVerdict, { kind: 'differ' }>): string =>
  `Restore all three stores from the same time, and start again: ${older.join(' and ')} ${older.length === 1 ? 'is' : 'are'} ` +
  'older than the rest, so what happened since is missing there. A champion may be an earlier one, and a version number may be ' +
  `given again. To go on with what is there, start once with MAINSPRING_ACCEPT_STORE_AGES=${newest.epoch}.`;
