import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { MODEL, type Stage, aRequest, get, openStage, post, served, until } from './support.js';

let stage: Stage;
let port: number;
let running: ChildProcess | undefined;

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const child = running;
  running = undefined;
  if (!child || child.exitCode !== null) return child?.exitCode ?? null;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** Starts the gateway as a separate process that gets only an environment. */
async function start(): Promise<string> {
  const s3 = inject('s3');
  running = spawn(process.execPath, ['--import', 'tsx', 'serving/main.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      MAINSPRING_DATA_DIR: stage.directory,
      MAINSPRING_POSTGRES_URL: stage.url,
      MAINSPRING_S3_ENDPOINT: `http://${s3.endpoint}:${s3.port}`,
      MAINSPRING_S3_ACCESS_KEY: s3.accessKey,
      MAINSPRING_S3_SECRET_KEY: s3.secretKey,
      MAINSPRING_S3_BUCKET: s3.bucket,
      MAINSPRING_GATEWAY_PORT: String(port),
      MAINSPRING_GATEWAY_ID: 'g1',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the gateway is ready', async () => {
    const answer = await get(url, '/v2/health/ready').catch(() => undefined);
    return answer?.status === 200;
  });
  return url;
}

beforeEach(async () => {
  stage = await openStage();
  await stage.register(1);
  port = await getPort();
});
afterEach(async () => {
  await end('SIGKILL');
  await stage?.close();
});

const segments = () => stage.db.selectFrom('request_segments').select(['rows']).execute();
const logDirectory = () => join(stage.directory, 'gateway', 'g1', 'request-log');
async function linesOnDisk(): Promise<number> {
  const files = (await readdir(logDirectory())).filter((name) => name.endsWith('.ndjson'));
  const texts = await Promise.all(files.map((name) => readFile(join(logDirectory(), name), 'utf8')));
  return texts.join('').split('\n').length - 1;
}

// The start of a process takes long on a busy machine.
describe('a gateway process', { timeout: 240_000 }, () => {
  it('that is killed serves the same version after its restart, and ships the rest of its log', async () => {
    const url = await start();
    const { generation } = await stage.route({ champion: await stage.version(1, 'champion') });
    await served(stage.control, generation);
    for (let n = 0; n < 20; n++) await post(url, `/v2/models/${MODEL}/infer`, aRequest(n));
    await until('all rows are on disk', async () => (await linesOnDisk()) === 20);
    await end('SIGKILL');
    expect(await segments()).toEqual([]);

    const again = await start();
    expect((await post(again, `/v2/models/${MODEL}/infer`, aRequest(99))).body['model_version']).toBe('1');
    await until('the segment that was left is registered', async () => (await segments()).length === 1);
    expect(await segments()).toEqual([{ rows: 20 }]);
  });

  it('that is asked to stop ships its log, takes its reports back and exits with 0', async () => {
    const url = await start();
    const { generation } = await stage.route({ champion: await stage.version(1, 'champion') });
    await served(stage.control, generation);
    await post(url, `/v2/models/${MODEL}/infer`, aRequest(1));
    expect(await end('SIGTERM')).toBe(0);
    expect(await segments()).toEqual([{ rows: 1 }]);
    expect(await readdir(logDirectory())).toEqual([]);
    expect((await stage.control.reports(MODEL)).live).toEqual([]);
  });
});
