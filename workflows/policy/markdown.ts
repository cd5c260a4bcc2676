/** Temporal's Web UI puts no space between the columns of a table; this cannot be trimmed away. */
const GAP = '\u00a0\u00a0\u00a0';

/** Cells of a Markdown table must not end their row. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Lines of a Markdown table that is also readable where tables have no style. */
export function table(head: string[], rows: (string | number)[][]): string[] {
  const line = (cells: (string | number)[]): string =>
    `| ${cells.map((value) => cell(String(value)) + GAP).join(' | ')} |`;
  // Headings would be centred otherwise, away from what they head.
  return [line(head), `|${head.map(() => ':--').join('|')}|`, ...rows.map(line)];
}

/** An instant for people, to the minute: `2001-02-01 08:30 UTC`. */
export const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
