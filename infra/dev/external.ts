import { Connection } from '@temporalio/client';
import pg from 'pg';
import { searchAttributeTypes } from '../../contracts/search-attributes.js';
import { openS3 } from '../adapters/s3/client.js';
import type { Config } from '../config.js';

// Numbers of temporal.api.enums.v1.IndexedValueType.
const indexedValueType = { Keyword: 2, Datetime: 6 } as const;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A Temporal that others run: it must answer, and know our search attributes. */
export async function prepareTemporal({ temporal }: Config): Promise<void> {
  const { address, namespace, tls, apiKey } = temporal;
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address,
      tls,
      connectTimeout: 10_000,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  } catch (error) {
    throw new Error(
      `Temporal at TEMPORAL_ADDRESS=${address} does not answer (${reason(error)}): ` +
        'check the address, TEMPORAL_TLS and TEMPORAL_API_KEY, or unset TEMPORAL_ADDRESS to have one started here',
      { cause: error },
    );
  }
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(searchAttributeTypes).filter(([name]) => !known.customAttributes?.[name]);
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, indexedValueType[type]])),
    });
  } catch (error) {
    const list = Object.entries(searchAttributeTypes).map(([name, type]) => `${name}=${type}`);
    throw new Error(
      `the search attributes could not be registered in namespace "${namespace}" at ${address} (${reason(error)}): ` +
        `register them there first: ${list.join(', ')}`,
      { cause: error },
    );
  } finally {
    await connection.close();
  }
}

/** An object store that others run: it must answer with these keys, and have the bucket or let us make it. */
export async function prepareObjectStore({ objectStore }: Config): Promise<void> {
  const client = openS3(objectStore);
  try {
    if (!(await client.bucketExists(objectStore.bucket)))
      await client.makeBucket(objectStore.bucket, objectStore.region);
  } catch (error) {
    throw new Error(
      `the bucket "${objectStore.bucket}" at MAINSPRING_S3_ENDPOINT (${objectStore.endpoint}:${objectStore.port}) ` +
        `cannot be used (${reason(error)}): check the endpoint, MAINSPRING_S3_ACCESS_KEY, MAINSPRING_S3_SECRET_KEY and ` +
        'MAINSPRING_S3_BUCKET, or unset MAINSPRING_S3_ENDPOINT to have a store started here',
      { cause: error },
    );
  }
}

/** A database that others run: it must exist and let us in; its tables are ours to make. */
export async function prepareDatabase({ postgres }: Config): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(postgres.url);
    throw new Error(
      `PostgreSQL at MAINSPRING_POSTGRES_URL (${host}${pathname}) lets nobody in (${reason(error)}): check the address, ` +
        'user and password, make the database, or unset MAINSPRING_POSTGRES_URL to have a server started here',
      { cause: error },
    );
  } finally {
    await client.end();
  }
}
