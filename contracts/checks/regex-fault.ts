/** Syntax of other regular expressions that RE2 rejects. */
const BEYOND_RE2: [RegExp, string][] = [
  [/(?<!\\)(?:\\\\)*\(\?<?[=!]/, 'it looks ahead or behind'],
  [/(?<!\\)(?:\\\\)*\\[1-9]/, 'it refers back to a group'],
];

/**
 * The reason why a text is not an RE2 expression; undefined if none was found. This is only a first test: DuckDB
 * tries the expression during validation.
 */
export function regexFault(regex: string): string | undefined {
  const beyond = BEYOND_RE2.find(([form]) => form.test(regex));
  if (beyond) return `${beyond[1]}, which RE2 cannot`;
  if (regex.includes(String.raw`\Q`)) return undefined;
  // Rewrites the syntax that only RE2 has, so that JavaScript can test the rest: inline flags and named groups.
  const here = regex
    .replace(/\(\?[imsU-]+(:|\))/g, (_, end) => (end === ':' ? '(?:' : ''))
    .replace(/\(\?P</g, '(?<');
  try {
    new RegExp(here);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^.*\/: /, '').toLowerCase();
  }
}
