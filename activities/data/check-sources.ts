import type { CheckResult } from '../../contracts/data.js';
import type { Data } from '../../contracts/spec/data.js';
import { durationMs } from '../../contracts/spec/units.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { sourceOf } from './default-source.js';
import { type SourceProfile, isNumeric, profile } from './profile.js';
import { type RowCheck, rowChecks } from './row-checks.js';
import { missingColumn, schemaChecks } from './schema-checks.js';
import { columnsOf } from './table.js';
import { literal, quoted } from './sql-text.js';
import { count, percent, settle, settleRows } from './verdict.js';

type Declared = Pick<Data, 'checks' | 'sources'>;
type Types = Record<string, Record<string, string>>;

export interface SourcesChecked {
  checks: CheckResult[];
  /** Row checks that rows fail, for the sample. */
  failing: RowCheck[];
  profiles: Record<string, SourceProfile>;
}

/** Why a row check cannot be asked at all; undefined when it can. */
function unaskable(check: RowCheck, types: Types): string | undefined {
  const known = types[check.source];
  if (!known)
    return check.source === ''
      ? `the check names no source, and several could be meant: add source: ${Object.keys(types).join(' | ')}`
      : `source ${check.source} is not declared: name one of ${Object.keys(types).join(', ')}`;
  const absent = check.columns.find((name) => known[name] === undefined);
  if (absent !== undefined) return missingColumn(check.source, absent, Object.keys(known));
  if (check.reference !== null) {
    const { source: other, column: target } = check.reference;
    const others = types[other];
    if (!others) return `source ${other} is not declared: name one of ${Object.keys(types).join(', ')}`;
    if (others[target] === undefined) return missingColumn(other, target, Object.keys(others));
  }
  const text = check.numeric ? check.columns.find((name) => !isNumeric(known[name])) : undefined;
  return text === undefined
    ? undefined
    : `column "${text}" of source ${check.source} is ${known[text] ?? ''}, and a range needs a number: correct the type, or drop the check`;
}

/** Why DuckDB does not take the expression of a check; undefined when it does. */
async function notRegex(session: SqlSession, { regex }: RowCheck): Promise<string | undefined> {
  if (regex === null) return undefined;
  try {
    await session.run(`SELECT regexp_full_match('', ${literal(regex)})`);
    return undefined;
  } catch (error) {
    const fault = /^Invalid Input Error: ([^:\n]*)/.exec(error instanceof Error ? error.message : '')?.[1];
    if (fault === undefined) throw error;
    return `"${regex}" is no regular expression of RE2 (${fault}): correct it, e.g. [A-Z]{3}, or list the values with oneOf`;
  }
}

/** rows and fresh: checks of a source as a whole. */
function wholeChecks(
  { checks, sources }: Declared,
  profiles: Record<string, SourceProfile>,
  asOf: string,
): CheckResult[] {
  return checks.flatMap((check): CheckResult[] => {
    if (!('rows' in check || 'fresh' in check)) return [];
    const source = sourceOf(check, sources);
    const { rows, newestMs } = profiles[source] ?? { rows: 0, newestMs: null };
    const { onFail } = check;
    if ('rows' in check) {
      const { min } = check.rows;
      const message = `${count(rows)} rows, at least ${count(min)} needed`;
      return [settle(`rows(${source})`, { ok: rows >= min, onFail, message, rows })];
    }
    const { within } = check.fresh;
    const age = newestMs === null ? Infinity : Date.parse(asOf) - newestMs;
    const message =
      newestMs === null
        ? `source ${source} has no time column to judge by: name it in data.sources.${source}.time`
        : `newest row at ${new Date(newestMs).toISOString()}, allowed ${within} before ${asOf}`;
    return [settle(`fresh(${source})`, { ok: age <= durationMs(within), onFail, message, rows })];
  });
}

/** What no spec needs to ask for: whole, finite, and something in every column. */
function ownChecks(
  { checks, sources }: Declared,
  source: string,
  found: SourceProfile,
  delivered: number,
): CheckResult[] {
  const { rows } = found;
  const declared = new Set(
    checks.flatMap((check) =>
      'columns' in check && sourceOf(check, sources) === source ? Object.keys(check.columns) : [],
    ),
  );
  const time = sources[source]?.time;
  const judged = checks.some(
    (check) =>
      'notNull' in check &&
      sourceOf(check, sources) === source &&
      time !== undefined &&
      check.notNull.includes(time),
  );
  const whole = settle(`whole(${source})`, {
    ok: rows === delivered,
    onFail: 'stop',
    message: `${count(rows)} rows read, ${count(delivered)} recorded`,
    rows,
  });
  const columns = Object.entries(found.columns).flatMap(([name, { nulls, notFinite, min, max }]) => {
    const onFail = declared.has(name) ? 'stop' : 'warn';
    const broken = (
      kind: string,
      message: string,
      failing: number,
      how: 'stop' | 'warn' = onFail,
    ): CheckResult[] => [
      settle(`${kind}(${source}.${name})`, { ok: false, onFail: how, message, rows, failing }),
    ];
    if (rows > 0 && nulls === rows)
      return broken('present', `column "${name}" is empty in all ${count(rows)} rows`, rows);
    return [
      ...(notFinite > 0
        ? broken(
            'finite',
            `${count(notFinite)} of ${count(rows)} rows have an infinite ${name} or NaN: deliver null for a missing value`,
            notFinite,
          )
        : []),
      ...(name === time && nulls > 0 && !judged
        ? broken(
            'time',
            `${count(nulls)} of ${count(rows)} rows (${percent(nulls / rows)}) have no ${name}, the event time: deliver it`,
            nulls,
            'stop',
          )
        : []),
      ...(rows > 1 && nulls === 0 && min !== null && min === max
        ? broken('varies', `column "${name}" is ${min} in all ${count(rows)} rows`, 0, 'warn')
        : []),
    ];
  });
  return [whole, ...columns];
}

/** All checks of the raw data: one statement a source, over views of its snapshots that carry the sources' names. */
export async function checkSources(
  session: SqlSession,
  declared: Declared,
  { asOf, delivered }: { asOf: string; delivered: Record<string, number> },
): Promise<SourcesChecked> {
  const names = Object.keys(delivered);
  const types: Types = {};
  for (const name of names) types[name] = await columnsOf(session, quoted(name));

  const profiles: Record<string, SourceProfile> = {};
  const results = new Map<RowCheck, CheckResult>();
  const all = rowChecks(declared);
  for (const check of all) {
    const why = unaskable(check, types) ?? (await notRegex(session, check));
    if (why !== undefined)
      results.set(check, settle(check.check, { ok: false, onFail: check.onFail, message: why, rows: 0 }));
  }
  for (const name of names) {
    const own = all.filter((check) => check.source === name && !results.has(check));
    // Snapshots are written in the order of all columns.
    const time = declared.sources[name]?.time;
    const found = await profile(session, { source: name, time, ordered: true }, own);
    profiles[name] = found;
    own.forEach((check, i) => results.set(check, settleRows(check, found.failing[i] ?? 0, found.rows)));
  }
  const schema = Object.fromEntries(
    names.map((name) => [name, { rows: profiles[name]?.rows ?? 0, types: types[name] ?? {} }]),
  );
  return {
    checks: [
      ...schemaChecks(declared, schema),
      ...results.values(),
      ...wholeChecks(declared, profiles, asOf),
      ...names.flatMap((name) => {
        const found = profiles[name];
        return found ? ownChecks(declared, name, found, delivered[name] ?? 0) : [];
      }),
    ],
    failing: [...results]
      .filter(([, { failing, verdict }]) => failing > 0 && verdict !== 'pass')
      .map(([check]) => check),
    profiles,
  };
}
