import { missingColumn } from '../../contracts/checks/missing-column.js';
import type { CheckResult } from '../../contracts/data.js';
import type { Data } from '../../contracts/spec/data.js';
import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { resultsOf, rowResult, unaskedResult } from './check-result.js';
import { declaredSourceChecks } from './declared-source-checks.js';
import { unknownSource } from '../../contracts/spec/default-source.js';
import { ownSourceChecks } from './own-source-checks.js';
import { type SourceProfile, profile } from './profile.js';
import { type RowCheck, rowChecks } from './row-checks.js';
import { count } from '../../contracts/checks/words.js';
import { isNumeric, isString } from '../../contracts/sql-types.js';
import { columnsOf } from './table.js';

type Declared = Pick<Data, 'checks' | 'sources'>;
type Types = Record<string, Record<string, string>>;

export interface SourcesChecked {
  checks: CheckResult[];
  /** Row checks that failed for at least one row, for the sample. */
  failing: RowCheck[];
  profiles: Record<string, SourceProfile>;
}

/** The reason why a row check cannot run on these columns; undefined if it can. */
function columnFault(check: RowCheck, types: Types): string | undefined {
  const known = types[check.source];
  const declared = Object.keys(types);
  if (!known) return unknownSource(check.source, declared);
  const absent = check.columns.find((name) => known[name] === undefined);
  if (absent !== undefined) return missingColumn(check.source, absent, Object.keys(known));
  if (check.reference) {
    const { source: other, column: target } = check.reference;
    const others = types[other];
    if (!others) return unknownSource(other, declared);
    if (others[target] === undefined) return missingColumn(other, target, Object.keys(others));
  }
  const text = check.numeric
    ? check.columns.find((name) => !isNumeric(known[name]) && !isString(known[name]))
    : undefined;
  return text === undefined
    ? undefined
    : `column "${text}" of source ${check.source} is ${known[text] ?? ''}, and a ${check.kind} needs a number: correct the type, or drop the check`;
}

/**
 * The reason why a check of numbers cannot run on a column of text, with the first text that is no number; undefined if all
 * columns are numbers.
 */
async function textFault(
  session: SqlSession,
  { numeric, columns, source, kind }: RowCheck,
  types: Types,
): Promise<string | undefined> {
  const name = numeric ? columns.find((each) => isString(types[source]?.[each])) : undefined;
  if (name === undefined) return undefined;
  const value = quoted(name);
  const [found] = await session.rows(
    `SELECT count(${value}) AS texts, count(*) FILTER (isNumber IS NULL AND ${value} IS NOT NULL) AS others,
      min(left(${value}::VARCHAR, 40)) FILTER (isNumber IS NULL) AS first
      FROM (SELECT ${value}, TRY_CAST(${value}::VARCHAR AS DOUBLE) AS isNumber FROM ${quoted(source)})`,
  );
  const [texts, others] = [Number(found?.['texts']), Number(found?.['others'])];
  const why =
    others > 0 && others < texts
      ? `: ${count(others)} of ${count(texts)} values are no numbers, e.g. ${JSON.stringify(found?.['first'])}. If that stands for a missing value of a CSV file, declare it in data.sources.${source}.nulls`
      : ': correct the type, or drop the check';
  return `column "${name}" of source ${source} is ${types[source]?.[name] ?? ''}, and a ${kind} needs a number${why}`;
}

/** DuckDB's message if it rejects the SQL of a row check; undefined if it accepts it. */
async function probeFault(session: SqlSession, { probe }: RowCheck): Promise<string | undefined> {
  if (!probe) return undefined;
  try {
    await session.run(probe.sql);
    return undefined;
  } catch (error) {
    const words = /^Invalid Input Error: ([^:\n]*)/.exec(error instanceof Error ? error.message : '')?.[1];
    if (words === undefined) throw error;
    return probe.fault(words);
  }
}

/**
 * Runs all checks of the raw data, with one statement for each source. Views of the snapshots have the names of the
 * sources.
 */
export async function checkSources(
  session: SqlSession,
  declared: Declared,
  { asOf, delivered }: { asOf: string; delivered: Record<string, number> },
): Promise<SourcesChecked> {
  const names = Object.keys(delivered);
  const types: Types = {};
  for (const name of names) types[name] = await columnsOf(session, quoted(name));

  const profiles: Record<string, SourceProfile> = {};
  const results = new Map<string, CheckResult>();
  const all = rowChecks(declared, types);
  for (const check of all) {
    const fault =
      columnFault(check, types) ??
      (await textFault(session, check, types)) ??
      (await probeFault(session, check));
    if (fault !== undefined) results.set(check.id, unaskedResult(check, fault));
  }
  for (const name of names) {
    const own = all.filter((check) => check.source === name && !results.has(check.id));
    // Snapshots are sorted by all columns.
    const time = declared.sources[name]?.time;
    const found = await profile(session, { source: name, time, ordered: true }, own);
    profiles[name] = found;
    for (const check of own)
      results.set(check.id, rowResult(check, found.failing[check.id] ?? NaN, found.rows));
  }
  const { tables, sources } = declaredSourceChecks(declared, { types, profiles, asOf });
  const own = names.flatMap((name) => {
    const found = profiles[name];
    return found ? ownSourceChecks(declared, name, found, delivered[name] ?? 0) : [];
  });
  return {
    checks: [...resultsOf(tables), ...results.values(), ...resultsOf([...sources, ...own])],
    failing: all.filter(({ id }) => {
      const result = results.get(id);
      return result !== undefined && result.failing > 0 && result.verdict !== 'pass';
    }),
    profiles,
  };
}
