/**
 * Records histories of every workflow type from a running stack, for the replay test. Run `npm run record` after a
 * main job with some weeks. MAINSPRING_DATA_DIR names the data directory if it is not the default one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { loadConfig } from '../../infra/config.js';

/**
 * Histories that are kept of each type. They differ in length, so they took different paths; more of them would show
 * nothing new.
 */
const PER_TYPE = 3;
const folder = new URL('./histories/', import.meta.url);
mkdirSync(folder, { recursive: true });

const config = loadConfig(process.env);
const connection = await Connection.connect({ address: config.temporal.address });
const client = new Client({ connection, namespace: config.temporal.namespace });
const seen = new Map<string, Set<number>>();
for await (const run of client.workflow.list()) {
  const lengths = seen.get(run.type) ?? new Set();
  if (lengths.size >= PER_TYPE || lengths.has(run.historyLength)) continue;
  seen.set(run.type, lengths.add(run.historyLength));
  const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
  const name = `${run.type}.${lengths.size}.json`;
  writeFileSync(new URL(name, folder), `${historyToJSON(history)}\n`);
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events, ${run.status.name}\n`);
}
await connection.close();
