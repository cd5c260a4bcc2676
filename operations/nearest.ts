import { closest, distance } from 'fastest-levenshtein';

/** True if a suggestion is near enough to be useful. */
const isNear = (word: string, known: string): boolean =>
  distance(word.toLowerCase(), known.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3));

/** The known word that is nearest to a misspelt one; undefined if none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known);
  if (isNear(word, best)) return best;
  // A shortened name is near too, e.g. `auc` for `roc_auc`. The shortest name that contains the word is taken.
  const holding = known.filter((name) => name.toLowerCase().includes(word.toLowerCase()));
  return word.length >= 3 ? holding.toSorted((a, b) => a.length - b.length)[0] : undefined;
}
