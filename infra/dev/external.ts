import pg from 'pg';
import { openS3 } from '../adapters/s3/client.js';
import type { Config } from '../config.js';

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Check an external object store: it must accept these keys, and have the bucket or let us create it. */
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

/** Check an external database: it must exist and accept the login. Its tables are created by the migrations. */
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
