import { Client, Connection } from '@temporalio/client';
import type { Config } from '../../infra/config.js';
import { unreachable } from './unreachable.js';

/** How long a query may wait for a worker. Longer means that none is there. */
export const QUERY_DEADLINE_MS = 4_000;
const CONNECT_TIMEOUT_MS = 5_000;

export interface Temporal {
  client: Client;
  /** The answer of a live workflow; undefined when there is no such workflow or no worker that answers. */
  ask<T>(workflowId: string, query: string): Promise<T | undefined>;
  close(): Promise<void>;
}

/** @throws MainspringError `unreachable` when nothing answers */
export async function openTemporal({ temporal }: Config): Promise<Temporal> {
  const { address, namespace, apiKey, tls } = temporal;
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address,
      tls,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  } catch (error) {
    throw unreachable('Temporal', address, 'TEMPORAL_ADDRESS', error);
  }
  const client = new Client({ connection, namespace });
  return {
    client,
    ask: async <T>(workflowId: string, query: string) => {
      try {
        return await connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
          client.workflow.getHandle(workflowId).query<T>(query),
        );
      } catch {
        return undefined;
      }
    },
    close: () => connection.close(),
  };
}
