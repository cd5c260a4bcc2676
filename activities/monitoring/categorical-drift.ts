import { beginning } from '../../contracts/beginning.js';
import type { CategoricalReference } from '../../contracts/evaluation.js';
import type { DriftedValues } from '../../contracts/monitor.js';
import { SHARE_FLOOR, psi } from '../drift/psi.js';
import type { ValueCounts } from './request-log.js';

/** A vanished value is named when the reference holds at least this share of it: rarer ones may be absent by chance. */
const VANISHED_SHARE = 0.01;
/** Characters of a value that a result names, as in the slices of evidence. */
const VALUE_CHARS = 100;
/** Values that a result names. At four bytes a character, the windows that a monitor remembers stay far below 2 MB. */
const NAMED_VALUES = 100;

export interface CategoricalDrift {
  psi: number;
  exceeded: boolean;
  values: DriftedValues;
}

/**
 * Compare a window's values of a text or boolean column with the reference.
 *
 * The effect size is the PSI over the listed values, one bin for all others and one for nulls. A value that the reference
 * does not list counts as new. When the reference has an `other` bucket, a rare old value is unlisted too: an unlisted
 * value then counts as new only when it has a greater share than the whole bucket had.
 *
 * @param newValues share of rows, 0–1, from which one new value alone makes the column exceed
 */
export function categoricalDrift(
  reference: CategoricalReference,
  counts: ValueCounts,
  newValues: number,
): CategoricalDrift {
  const rows = counts.known.reduce((sum, n) => sum + n, 0) + counts.unlisted + counts.missing;
  const shareOf = (n: number): number => (rows === 0 ? 0 : n / rows);
  const value = psi(
    [...reference.values.map(({ share }) => share), reference.other, reference.missing],
    [...counts.known, counts.unlisted, counts.missing].map(shareOf),
  );
  const fresh = counts.unlistedValues
    .map((found) => ({ value: found.value, share: shareOf(found.rows) }))
    .filter(({ share }) => share > reference.other && share >= SHARE_FLOOR);
  const vanished = reference.values.filter(
    ({ share }, at) => rows > 0 && share >= VANISHED_SHARE && counts.known[at] === 0,
  );
  return {
    psi: value,
    exceeded: value > reference.threshold || fresh.some(({ share }) => share >= newValues),
    values: { new: fresh.map(cut), vanished: vanished.map(cut) },
  };
}

/** The value as a result names it: its beginning, because a client may send megabytes. */
const cut = ({ value, share }: { value: string; share: number }) => ({
  value: beginning(value, VALUE_CHARS),
  share,
});

/**
 * At most `NAMED_VALUES` values of all columns together, because a result must fit into a message. Columns over their
 * threshold come first, then the order of the columns; what is left out still counted towards the PSI.
 */
export function named(
  values: Readonly<Record<string, DriftedValues>>,
  exceeded: readonly string[],
): Record<string, DriftedValues> {
  let left = NAMED_VALUES;
  const take = <T>(some: readonly T[]): T[] => {
    const taken = some.slice(0, left);
    left -= taken.length;
    return taken;
  };
  const columns = Object.keys(values);
  const order = [
    ...columns.filter((column) => exceeded.includes(column)),
    ...columns.filter((column) => !exceeded.includes(column)),
  ];
  const taken = order.map((column) => {
    const { new: fresh = [], vanished = [] } = values[column] ?? {};
    return [column, { new: take(fresh), vanished: take(vanished) }] as const;
  });
  return Object.fromEntries(
    taken.filter(([, { new: fresh, vanished }]) => fresh.length + vanished.length > 0),
  );
}
