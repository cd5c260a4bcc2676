import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { CheckResult } from '../../contracts/data.js';
import type { ColumnType, Data } from '../../contracts/spec/data.js';
import { sourceOf } from './default-source.js';
import type { OnFail } from './row-checks.js';
import { settle } from './verdict.js';

const TYPES: Record<z.infer<typeof ColumnType>, RegExp> = {
  timestamp: /^TIMESTAMP/,
  date: /^DATE/,
  int: /^U?((TINY|SMALL|BIG|HUGE)INT|INTEGER)/,
  // Whole numbers are numbers.
  float: /^(FLOAT|DOUBLE|DECIMAL|U?((TINY|SMALL|BIG|HUGE)INT|INTEGER))/,
  string: /^(VARCHAR|ENUM)/,
  boolean: /^BOOLEAN/,
};

/** What a source has instead of a missing column. */
export function missingColumn(source: string, name: string, existing: string[]): string {
  const near = existing.length === 0 ? '' : closest(name, existing);
  const hint = near !== '' && distance(near, name) <= 2 ? `; did you mean "${near}"?` : '';
  return `source ${source} has no column "${name}"${hint} It has ${existing.join(', ')}: correct the name, or deliver the column`;
}

/** Columns and types as declared; columns that nobody declared are a warning. */
export function schemaChecks(
  { checks, sources }: Pick<Data, 'checks' | 'sources'>,
  found: Record<string, { rows: number; types: Record<string, string> }>,
): CheckResult[] {
  return checks.flatMap((check) => {
    if (!('columns' in check)) return [];
    const source = sourceOf(check, sources);
    const { rows, types } = found[source] ?? { rows: 0, types: {} };
    const existing = Object.keys(types);
    const say = (name: string, ok: boolean, message: string, onFail: OnFail = check.onFail): CheckResult =>
      settle(`column(${source}.${name})`, { ok, onFail, message, rows });
    const declared = Object.entries(check.columns).map(([name, wanted]) => {
      const type = types[name];
      if (type === undefined) return say(name, false, missingColumn(source, name, existing));
      const ok = TYPES[wanted].test(type);
      return say(
        name,
        ok,
        ok
          ? `${type}, as declared`
          : `column "${name}" of source ${source} is ${type}, declared ${wanted}: deliver it as ${wanted}, or correct the declaration`,
      );
    });
    const unknown = existing
      .filter((name) => check.columns[name] === undefined)
      .map((name) =>
        say(name, false, `source ${source} has a column "${name}" that data.checks does not declare`, 'warn'),
      );
    return [...declared, ...unknown];
  });
}
