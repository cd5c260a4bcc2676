import type { SqlSession } from '../ports/sql-engine.js';

/** Characters of DuckDB's message that are shown. */
const WIDTH = 300;

/** True for errors of a damaged or foreign file. Errors of this machine (disk, memory) are told apart elsewhere. */
export const isUnreadable = (error: unknown): error is Error =>
  error instanceof Error &&
  /^(Invalid|Invalid Input|Conversion|Binder|Parser|Serialization|Out of Range|Not implemented) Error|No magic bytes|too small to be a Parquet|Could not read enough bytes/i.test(
    error.message,
  );

const cut = (text: string): string => (text.length <= WIDTH ? text : `${text.slice(0, WIDTH)}…`);

/** The first line of DuckDB's message without the class of the error. */
export const reasonOf = (error: Error): string =>
  cut((error.message.split('\n')[0] ?? '').replace(/^[A-Za-z ]+ Error: /, ''));

/** Line and reason out of DuckDB's message about a CSV file; undefined if it names no line. */
function lineFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const found =
    /CSV Error on Line: (\d+)\nOriginal Line: ?([\s\S]*?)\n((?:Expected Number|Value with|Invalid unicode|Maximum line|Error when|Ran out)[^\n]*)/.exec(
      error.message,
    );
  if (!found)
    return /CSV Error on Line: (\d+)/.exec(error.message)
      ? `line ${/Line: (\d+)/.exec(error.message)?.[1] ?? ''}`
      : undefined;
  const [, line = '', text = '', reason = ''] = found;
  const shown = JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 80)}…`);
  return `line ${line}: ${reason.replace(/\.$/, '')}, in ${shown}`;
}

/**
 * Why a CSV file cannot be read, with the line. Where guessing its types failed, the file is read once more as text.
 *
 * @param strict FROM clause of the file in which nothing is guessed
 */
export async function csvFault(session: SqlSession, strict: string, error: Error): Promise<string> {
  const known = lineFault(error);
  if (known !== undefined) return known;
  try {
    await session.rows(`SELECT count(*) FROM (SELECT * FROM ${strict}) AS s WHERE s IS NULL`);
  } catch (second) {
    const found = lineFault(second);
    if (found !== undefined) return found;
  }
  return reasonOf(error);
}
