/**
 * Names that are one name to SQL, which does not tell upper from lower case: each with the earlier one that it equals but for
 * case. Names that are equal in case too are
 * not listed.
 */
export function sameButForCase(names: readonly string[]): [name: string, earlier: string][] {
  const seen = new Map<string, string>();
  return names.flatMap((name): [string, string][] => {
    const folded = name.toLowerCase();
    const earlier = seen.get(folded);
    if (earlier === undefined) seen.set(folded, name);
    return earlier === undefined || earlier === name ? [] : [[name, earlier]];
  });
}
