/** RE2, which never backtracks, has none of these. */
const BEYOND_RE2: [RegExp, string][] = [
  [/(?<!\\)(?:\\\\)*\(\?<?[=!]/, 'it looks ahead or behind'],
  [/(?<!\\)(?:\\\\)*\\[1-9]/, 'it refers back to a group'],
];

/**
 * Why a text is no RE2 expression, as far as can be told without RE2; undefined when nothing speaks against it. The
 * validation has the last word.
 */
export function regexFault(regex: string): string | undefined {
  const beyond = BEYOND_RE2.find(([form]) => form.test(regex));
  if (beyond) return `${beyond[1]}, which RE2 cannot`;
  if (regex.includes(String.raw`\Q`)) return undefined;
  // What RE2 writes differently: flags within the expression, and names of groups.
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
