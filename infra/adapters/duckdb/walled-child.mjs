// Runs statements in a DuckDB of its own, and kills itself at a limit of time or memory. DuckDB cannot: it does not count the
// memory of texts, and an interrupt does not stop a function. Plain JavaScript without imports of ours, so that it starts fast.
import { writeSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const WATCH_MS = 20;
const END = 'SIGKILL';

const report = (result) => writeSync(1, JSON.stringify(result));
const end = (result) => {
  if (result) report(result);
  // No exit handler and no other thread delays this.
  process.kill(process.pid, END);
};

/** The one line that the parent writes. Its pipe stays open as long as it lives, and this process ends with it. */
const received = () =>
  new Promise((resolve) => {
    let text = '';
    process.stdin
      .setEncoding('utf8')
      .on('data', (part) => {
        text += part;
        if (text.endsWith('\n')) resolve(JSON.parse(text));
      })
      .on('close', () => end());
  });
/**
 * Two result columns of a statement that differ in case only; undefined if there are none. In a view or a file DuckDB would
 * rename the second. Of columns with the very same name, as a join gives them, the first keeps it, as everywhere in SQL.
 */
async function alikeIn(connection, sql) {
  const statement = await connection.prepare(sql);
  const seen = new Map();
  for (let at = 0; at < statement.columnCount; at += 1) {
    const name = statement.columnName(at);
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined && earlier !== name) return [earlier, name];
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
}

const { settings, prepare, select, statements, timeMs, rssBytes } = await received();

try {
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  for (const sql of prepare) await connection.run(sql);
  const startedAt = performance.now();
  setInterval(() => {
    if (process.memoryUsage.rss() > rssBytes) end({ over: 'memory' });
    if (performance.now() - startedAt > timeMs) end({ over: 'time' });
  }, WATCH_MS);
  const alike = await alikeIn(connection, select);
  if (alike) end({ alike });
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  report({ done: true });
} catch (error) {
  report({ error: error instanceof Error ? error.message : String(error) });
}
process.exit(0);
