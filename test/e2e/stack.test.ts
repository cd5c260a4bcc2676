import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { type ProcessIdentity, isAlive, signal } from '../../infra/dev/identity.js';
import { type Stack, StackRunning, startStack, stopStack } from '../../infra/dev/stack.js';
import { type State, openState } from '../../infra/dev/state.js';

const bare = ['TEMPORAL_ADDRESS', 'MAINSPRING_POSTGRES_URL', 'MAINSPRING_S3_ENDPOINT', 'MAINSPRING_DATA_DIR'];
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !bare.includes(name)));
const soon = { timeout: 120_000, interval: 50 };

let dataDir: string;
let stack: Stack;
const said: string[] = [];

const start = (): Promise<Stack> =>
  startStack({ env, dataDir, autoPorts: true, say: (line) => said.push(line) });
const processes = (): State['processes'] => openState(dataDir).state.processes;
const statusOf = (name: string) => stack.status().find((part) => part.name === name);

async function query<T extends object>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: stack.config.postgres.url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mainspring-stack-'));
  stack = await start();
}, 300_000);

afterAll(async () => {
  await stopStack(dataDir);
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 120_000);

describe('the local stack', () => {
  it('runs three servers, five pools and the gateway, and has migrated the database', async () => {
    expect(stack.status().map(({ name, state }) => `${name} ${state}`)).toEqual(
      [
        ...['temporal', 'postgres', 'object-store'],
        ...['control', 'data', 'training', 'evaluation', 'deployment', 'gateway'],
      ].map((name) => `${name} running`),
    );
    expect(await query("select from pg_tables where tablename = 'runs'")).toHaveLength(1);
  });

  it('refuses a second start on the same data, and names the process that has it', async () => {
    await expect(start()).rejects.toThrow(StackRunning);
    await expect(start()).rejects.toThrow(`pid ${process.pid}`);
  });

  it.each(['temporal', 'postgres', 'object-store', 'control', 'training', 'gateway'])(
    'starts %s again after kill -9',
    async (name) => {
      const before = processes()[name] as ProcessIdentity;
      const restarts = statusOf(name)?.restarts ?? 0;

      signal(before, 'SIGKILL');

      await expect
        .poll(() => statusOf(name), soon)
        .toMatchObject({ state: 'running', restarts: restarts + 1 });
      expect(processes()[name]?.pid).not.toBe(before.pid);
    },
  );

  it('keeps data and addresses, and leaves nothing running twice, after kill -9 of a supervisor and everything below it', async () => {
    await query('create table kept as select 42 as n');
    const s3 = openS3(stack.config.objectStore);
    await s3.putObject(stack.config.objectStore.bucket, 'kept', 'kept');
    const addresses = stack.addresses;
    await stack.stop();

    // A supervisor in a process of its own, so that it can be killed.
    const supervisor = execa({ node: true, reject: false, env, extendEnv: false, all: true })(
      'infra/dev/start.mjs',
      ['--no-job', '--data-dir', dataDir],
    );
    await expect.poll(() => readLock(), soon).toBeDefined();
    await expect.poll(() => Object.keys(processes()).length, soon).toBe(9);
    const holder = (await readLock()) as ProcessIdentity;
    const orphans = Object.values(processes());
    signal(holder, 'SIGKILL');
    // Half of them die with it, half are left over.
    for (const orphan of orphans.slice(0, 5)) signal(orphan, 'SIGKILL');
    await supervisor;

    stack = await start();

    expect(orphans.filter(isAlive)).toEqual([]);
    expect(stack.addresses).toEqual(addresses);
    expect(await query('select n from kept')).toEqual([{ n: 42 }]);
    expect((await s3.statObject(stack.config.objectStore.bucket, 'kept')).size).toBe(4);
  });

  it('is gone after a stop, with an empty record', async () => {
    const all = Object.values(processes());

    await stack.stop();

    expect(all.filter(isAlive)).toEqual([]);
    expect(processes()).toEqual({});
    expect(await stopStack(dataDir)).toBe(false);
  });
});

const readLock = async (): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(join(dataDir, 'stack.lock'), 'utf8'));
  } catch {
    return undefined;
  }
};
