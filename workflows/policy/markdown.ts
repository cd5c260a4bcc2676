/** Space between table columns. Temporal's Web UI adds none, and it would trim normal spaces. */
const GAP = '\u00a0\u00a0\u00a0';

/** Cells of a Markdown table must not end their row. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Lines of a Markdown table, readable even where tables are not styled. */
export function table(head: string[], rows: (string | number)[][]): string[] {
  const line = (cells: (string | number)[]): string =>
    `| ${cells.map((value) => cell(String(value)) + GAP).join(' | ')} |`;
  // Left-aligned headings, which would otherwise be centred.
  return [line(head), `|${head.map(() => ':--').join('|')}|`, ...rows.map(line)];
}

/** An instant for people, to the minute: `2001-02-01 08:30 UTC`. */
export const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
