import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../../infra/config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mainspring-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (environment: Record<string, string>): void => {
  mkdirSync(join(folder, '.mainspring'));
  writeFileSync(join(folder, '.mainspring', 'stack.json'), JSON.stringify({ environment }));
};

describe('loadConfig', () => {
  it('points at the default ports of the local stack when nothing is set', () => {
    const config = loadConfig({}, folder);

    expect(config.temporal.address).toBe('127.0.0.1:7233');
    expect(config.objectStore).toMatchObject({ endpoint: '127.0.0.1', port: 8333, useSsl: false });
    expect(config.gateway.url).toBe('http://127.0.0.1:8080');
    expect(config.dataDir).toBe(join(folder, '.mainspring'));
  });

  it('reads the addresses of the stack that runs here, and lets variables win over them', () => {
    record({ TEMPORAL_ADDRESS: '127.0.0.1:7777', MAINSPRING_GATEWAY_PORT: '8181' });

    const config = loadConfig({ MAINSPRING_GATEWAY_PORT: '9191' }, folder);

    expect(config.temporal.address).toBe('127.0.0.1:7777');
    expect(config.gateway.port).toBe(9191);
  });

  it('finds the stack from a directory further down', () => {
    record({ TEMPORAL_ADDRESS: '127.0.0.1:7777' });
    const below = join(folder, 'a', 'b');
    mkdirSync(below, { recursive: true });

    expect(loadConfig({}, below).temporal.address).toBe('127.0.0.1:7777');
  });

  it('treats an empty variable as one that is not set', () => {
    expect(loadConfig({ TEMPORAL_ADDRESS: '' }, folder).temporal.address).toBe('127.0.0.1:7233');
  });

  it('turns TLS on with an API key, which only ever travels encrypted', () => {
    expect(loadConfig({ TEMPORAL_API_KEY: 'k' }, folder).temporal).toMatchObject({ tls: true, apiKey: 'k' });
  });

  it.each([
    ['TEMPORAL_ADDRESS', 'http://x', 'host:port'],
    ['MAINSPRING_GATEWAY_PORT', '70000', '1–65535'],
    ['MAINSPRING_S3_ENDPOINT', 'localhost:9000', 'https://s3.example.org'],
    ['MAINSPRING_LOG_LEVEL', 'loud', 'trace, debug, info, warn or error'],
    ['MAINSPRING_WORKER_CONCURRENCY', '0', 'at least 1'],
    ['MAINSPRING_GATEWAY_PORT', '0x1f90', '1–65535'],
    ['MAINSPRING_WORKER_CONCURRENCY', ' 5 ', 'at least 1'],
    ['MAINSPRING_KEEP_LOGS_DAYS', '1e3', 'a number of days'],
    ['TEMPORAL_TLS', 'yes', '"true" or "false"'],
  ])('refuses %s=%s by name, with the value and what is allowed', (name, value, allowed) => {
    const load = (): unknown => loadConfig({ [name]: value }, folder);

    expect(load).toThrow(ConfigError);
    expect(load).toThrow(`${name} is "${value}", allowed: `);
    expect(load).toThrow(allowed);
  });

  it('never shows a secret in a message', () => {
    const load = (): unknown => loadConfig({ MAINSPRING_POSTGRES_URL: 'mysql://u:hunter2@h/db' }, folder);

    expect(load).toThrow(/MAINSPRING_POSTGRES_URL is \(not shown\)/);
    expect(load).not.toThrow(/hunter2/);
  });

  it('says what to do with a record of a stack that cannot be read', () => {
    mkdirSync(join(folder, '.mainspring'));
    writeFileSync(join(folder, '.mainspring', 'stack.json'), '{"envi');

    expect(() => loadConfig({}, folder)).toThrow(/stack\.json cannot be read.*remove it/);
  });
});
