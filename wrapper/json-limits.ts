export interface JsonLimits {
  /** Most objects and arrays inside one another. */
  depth: number;
  /** Most names and elements in all objects and arrays together. */
  entries: number;
}

/**
 * What is wrong with a JSON text before it is parsed: nesting, number of entries, or a name that an object has twice,
 * of which a parser would keep one in silence. Undefined if nothing is. Says nothing about its grammar.
 */
export function breachOf(text: string, limits: JsonLimits): string | undefined {
  const open: (Set<string> | null)[] = [];
  let entries = 0;
  // A string with its escapes, or a character that opens, closes or separates.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/gs)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : null) > limits.depth)
        return `nested deeper than ${limits.depth} levels`;
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if ((entries += 1) > limits.entries) return `more than ${limits.entries.toLocaleString('en')} entries`;
    } else {
      const names = open.at(-1);
      if (!names || !/^\s*:/.test(text.slice(index + token.length, index + token.length + 64))) continue;
      if (names.has(token)) return `the name ${token.slice(0, 100)} twice in one object`;
      names.add(token);
    }
  }
  return undefined;
}
