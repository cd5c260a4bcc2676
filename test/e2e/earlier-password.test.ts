import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../infra/dev/ports.js';
import { startPostgres } from '../../infra/dev/servers/postgres.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mainspring-earlier-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What a question is answered with, or why nobody is let in. */
async function ask(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<{ n: number }>('select n from kept')).rows[0]?.n;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}

it('replaces the fixed password of an earlier version at the next start, keeps the data, and may be started again', async () => {
  const options = {
    ...{ dataDir: join(root, 'postgres'), logFile: join(root, 'postgres.log'), env: process.env },
    ...{ port: await freePort(), database: 'mainspring', forTests: true },
  };
  const earlier = await startPostgres({ ...options, password: 'fixed' });
  const client = new pg.Client({ connectionString: earlier.url });
  await client.connect();
  await client.query('create table kept as select 42 as n');
  await client.end();
  await earlier.stop();

  for (const _start of ['first', 'second']) {
    const now = await startPostgres({ ...options, password: "it's drawn", earlierPassword: 'fixed' });
    expect(await ask(now.url)).toBe(42);
    expect(await ask(earlier.url)).toBe('28P01');
    await now.stop();
  }
});
