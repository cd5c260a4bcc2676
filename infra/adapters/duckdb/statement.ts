import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Table functions that only turn their arguments into rows. All other table functions read files or settings, or
 * change something, and are forbidden.
 */
const ROW_MAKERS = new Set(['range', 'generate_series', 'unnest', 'repeat', 'repeat_row']);

/** Functions of the moment or the process that SQL calls without brackets. */
const BARE_WORDS = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
]);

/** Functions that DuckDB does not mark as volatile, although their result depends on the moment or the process. */
const TELLTALES = ['current_localtime', 'current_localtimestamp', 'current_setting', 'getenv', 'version'];

type Node = Record<string, unknown>;

function* nodesOf(value: unknown): Generator<Node> {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

const name = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** Names of `with` clauses anywhere in the statement. */
const commonTables = (nodes: Node[]): string[] =>
  nodes.flatMap((node) => {
    const map = (node['cte_map'] as { map?: { key?: unknown }[] } | undefined)?.map ?? [];
    return map.map((entry) => name(entry.key));
  });

async function firstValue(connection: DuckDBConnection, sql: string, ...values: string[]): Promise<unknown> {
  return (await (await connection.run(sql, values)).getRowsJS())[0]?.[0];
}

async function unstableFunctions(connection: DuckDBConnection): Promise<Set<string>> {
  const rows = await (
    await connection.run(
      "select distinct function_name from duckdb_functions() where stability <> 'CONSISTENT'",
    )
  ).getRowsJS();
  return new Set([...rows.map(([known]) => name(known)), ...TELLTALES]);
}

/** Describes the first part of the statement that is forbidden, or returns undefined if all is allowed. */
function forbiddenPart(nodes: Node[], tables: Set<string>, unstable: Set<string>): string | undefined {
  for (const node of nodes) {
    const called = name(node['function_name']);
    switch (node['type']) {
      case 'BASE_TABLE': {
        const table = name(node['table_name']);
        if (node['schema_name'] || node['catalog_name'] || !tables.has(table))
          return `"${table}" is not one of its inputs (${[...tables].join(', ')}): declare it under data.sources`;
        break;
      }
      case 'TABLE_FUNCTION': {
        const maker = name((node['function'] as Node | undefined)?.['function_name']);
        if (!ROW_MAKERS.has(maker))
          return `"${maker}" in FROM is refused: read declared inputs by their name; only ${[...ROW_MAKERS].join(', ')} make rows otherwise`;
        break;
      }
      case 'SHOW_REF':
        return 'SHOW and DESCRIBE are refused: write a SELECT over the declared inputs';
      case 'COLUMN_REF': {
        const path = node['column_names'];
        const word = Array.isArray(path) && path.length === 1 ? name(path[0]) : '';
        if (BARE_WORDS.has(word)) return momentary(word);
        break;
      }
      case 'FUNCTION':
        if (unstable.has(called)) return momentary(called);
        break;
    }
    const sample = node['sample'] as { seed?: number } | null | undefined;
    if (sample && (sample.seed ?? -1) < 0)
      return 'a sample without a seed is refused, its rows would differ each time: add REPEATABLE (1)';
  }
  return undefined;
}

const momentary = (called: string): string =>
  `"${called}" is refused, because the same inputs must give the same rows: use getvariable('as_of') for the moment, hash(id) for chance`;

/**
 * Why a text is not exactly one SELECT over the declared inputs, by DuckDB's own parser; undefined if it is one.
 *
 * @param connection a connection that is not locked yet
 */
export async function refusalOf(
  connection: DuckDBConnection,
  sql: string,
  inputs: string[],
): Promise<string | undefined> {
  const tree = JSON.parse(
    String(await firstValue(connection, 'select json_serialize_sql($1::varchar)::varchar', sql)),
  ) as { error: boolean; error_message?: string; statements?: unknown[] };
  if (tree.error && /only select/i.test(tree.error_message ?? ''))
    return 'it holds something else than a SELECT (PIVOT counts as such: use aggregates with FILTER): write exactly one SELECT';
  if (tree.error) return `it cannot be parsed: ${tree.error_message ?? 'unknown error'}`;
  if (tree.statements?.length !== 1)
    return `it holds ${tree.statements?.length ?? 0} statements: write exactly one SELECT`;
  const nodes = [...nodesOf(tree.statements)];
  const tables = new Set([...inputs.map(name), ...commonTables(nodes)]);
  return forbiddenPart(nodes, tables, await unstableFunctions(connection));
}
