/**
 * Records one history a workflow type and outcome from a running stack, for the replay test:
 * `npx tsx test/replay/record.ts` after a main job. Closed runs only, except for the entities, which never close.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { loadConfig } from '../../infra/config.js';

const PER_TYPE = 2;
const folder = new URL('./histories/', import.meta.url);
mkdirSync(folder, { recursive: true });

const config = loadConfig(process.env);
const connection = await Connection.connect({ address: config.temporal.address });
const client = new Client({ connection, namespace: config.temporal.namespace });
const seen = new Map<string, number>();
for await (const run of client.workflow.list()) {
  const count = seen.get(run.type) ?? 0;
  if (count >= PER_TYPE) continue;
  seen.set(run.type, count + 1);
  const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
  const name = `${run.type}.${count + 1}.json`;
  writeFileSync(new URL(name, folder), `${JSON.stringify(historyToJSON(history))}\n`);
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events, ${run.status.name}\n`);
}
await connection.close();
