import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../client/index.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { compiled } from '../../infra/compile.js';
import { type ProcessIdentity, isAlive, signal } from '../../infra/dev/identity.js';
import { type Stack, StackRunning, startStack, stopStack } from '../../infra/dev/stack.js';
import { type State, openState } from '../../infra/dev/state.js';
import { answerWithoutCertificate, asStranger, plainAnswer } from '../support/doors.js';
import { listeningOf } from '../support/listening.js';

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
  it('runs three servers, five pools, the gateway and the API, and has migrated the database', async () => {
    expect(stack.status().map(({ name, state }) => `${name} ${state}`)).toEqual(
      [
        ...['temporal', 'postgres', 'object-store'],
        ...['control', 'data', 'training', 'evaluation', 'deployment', 'gateway', 'api'],
      ].map((name) => `${name} running`),
    );
    expect(await query("select from pg_tables where tablename = 'runs'")).toHaveLength(1);
  });

  it('listens on this machine only', () => {
    const all = Object.entries(processes()).flatMap(([name, { pid }]) =>
      listeningOf(pid).map((address) => `${name} ${address}`),
    );
    expect(all.length).toBeGreaterThanOrEqual(14);
    expect(all.filter((address) => !address.includes(' 127.0.0.1:'))).toEqual([]);
  });

  it('asks for a certificate at every port of the object store but S3, which asks for a signature', async () => {
    const { port: s3Port } = stack.config.objectStore;
    const ports = listeningOf(processes()['object-store']?.pid ?? 0).map((address) =>
      Number(address.split(':')[1]),
    );
    expect(ports).toEqual(expect.arrayContaining([s3Port, s3Port + 1, s3Port + 2, s3Port + 3]));
    for (const port of ports) {
      if (port === s3Port) expect(await plainAnswer(port)).toMatch(/^HTTP\/1.1 403 /);
      else {
        expect(`${port} ${await plainAnswer(port)}`).toMatch(/^\d+ (HTTP\/1.. 400 .*)?$/);
        expect(`${port} ${await answerWithoutCertificate(port)}`).toBe(`${port} `);
      }
    }
  });

  it('has passwords of its own, and refuses those of earlier versions', async () => {
    const { objectStore, postgres } = stack.config;
    const fixed = { ...objectStore, accessKey: 'mainspring', secretKey: 'mainspring-secret' };
    await expect(openS3(fixed).bucketExists(objectStore.bucket)).rejects.toThrow();
    for (const password of ['mainspring', '']) {
      const url = new URL(postgres.url);
      url.password = password;
      const client = new pg.Client({ connectionString: url.href });
      client.on('error', () => undefined);
      await expect(client.connect()).rejects.toThrow(/password/);
      await client.end();
    }
    expect(stack.addresses.map(({ address }) => address).join(' ')).not.toContain(
      new URL(postgres.url).password,
    );
  });

  it.runIf(process.getuid?.() === 0)('lets no other user of the machine read or list its files', async () => {
    await chmod(dataDir, 0o711); // as a start makes it; the tests' own folder is closed altogether
    try {
      const { pid } = processes()['training'] as ProcessIdentity;
      for (const script of [
        `ls ${dataDir}`,
        `cat ${dataDir}/keys.json`,
        `cat ${dataDir}/stack.json`,
        `ls ${dataDir}/jobs ${dataDir}/logs`,
        `cat ${dataDir}/logs/training.log`,
        `ls ${dataDir}/postgres`,
        `cat ${dataDir}/temporal/temporal.db`,
        `ls ${dataDir}/object-store`,
        `cat ${dataDir}/object-store-keys/store.key`,
        `cat /proc/${pid}/environ`,
        `touch ${dataDir}/jobs/mine`,
      ])
        expect(await asStranger(script)).toMatch(
          /^(\w+: .*(Permission denied|Operation not permitted)\n?)+$/,
        );
    } finally {
      await chmod(dataDir, 0o700);
    }
  });

  it('lets a worker whose clock is an hour ahead take no work, and doctor names it', async () => {
    const ahead = new URL('../support/node/an-hour-ahead.mjs', import.meta.url).href;
    const worker = execa({
      node: true,
      reject: false,
      env: {
        ...env,
        ...openState(dataDir).state.environment,
        ...{ MAINSPRING_DATA_DIR: dataDir, NODE_OPTIONS: `--import=${ahead}` },
      },
      extendEnv: false,
      all: true,
    })(await compiled('workers/deployment'));
    const mainspring = connect({ config: stack.config });
    const clocks = async () =>
      (await mainspring.system.doctor()).findings.find(({ what }) => what === 'clocks of workers');
    try {
      await expect.poll(clocks, soon).toMatchObject({
        verdict: 'fail',
        detail: expect.stringMatching(/^deployment on .* is 1 hour ahead of PostgreSQL$/) as string,
      });
    } finally {
      worker.kill('SIGTERM');
      await mainspring.close();
    }
    const { all, exitCode } = await worker;
    expect(all).toContain('this worker takes no work until it is right');
    expect(all).not.toContain('worker is running');
    expect(exitCode).toBe(0);
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

    // The supervisor is a separate process, so that it can be killed.
    const supervisor = execa({ node: true, reject: false, env, extendEnv: false, all: true })(
      'infra/dev/start.mjs',
      ['--no-job', '--data-dir', dataDir],
    );
    await expect.poll(() => readLock(), soon).toBeDefined();
    await expect.poll(() => Object.keys(processes()).length, soon).toBe(10);
    const holder = (await readLock()) as ProcessIdentity;
    const orphans = Object.values(processes());
    signal(holder, 'SIGKILL');
    // Half of the orphans die with the supervisor, the others are left over.
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
