import { once } from 'node:events';
import { type Server, type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../infra/dev/ports.js';
import { objectStorePorts } from '../../../../infra/dev/servers/object-store.js';
import { PortError, type PortName, choosePorts } from '../../../../infra/dev/stack-ports.js';

let other: Server | undefined;
afterEach(() => void other?.close());

async function occupied(): Promise<number> {
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  return (other.address() as AddressInfo).port;
}

const only = (...names: PortName[]) => new Set(names);

describe('choosePorts', () => {
  it('keeps the ports of the first start', async () => {
    const port = await freePort();
    const ports = await choosePorts({
      wanted: only('gateway'),
      env: {},
      remembered: { gateway: port },
      auto: false,
    });
    expect(ports.gateway).toBe(port);
  });

  it('names the taken port, the variable and the flag that help', async () => {
    const port = await occupied();
    const choice = { wanted: only('postgres'), env: {}, remembered: { postgres: port }, auto: false };

    await expect(choosePorts(choice)).rejects.toThrow(PortError);
    await expect(choosePorts(choice)).rejects.toThrow(
      new RegExp(`port ${port} \\(PostgreSQL\\).*MAINSPRING_POSTGRES_PORT=.*--ports auto`),
    );
  });

  it('looks for another port when it may, and then for the whole family of the object store', async () => {
    const port = await occupied();
    const ports = await choosePorts({
      wanted: only('temporal', 'objectStore'),
      env: {},
      remembered: { temporal: port },
      auto: true,
    });
    expect(ports.temporal).not.toBe(port);
    expect(objectStorePorts(ports.objectStore)).toHaveLength(10);
  });

  it('never moves away from a port that a variable names', async () => {
    const port = await occupied();
    const env = { MAINSPRING_GATEWAY_PORT: String(port) };
    await expect(choosePorts({ wanted: only('gateway'), env, remembered: {}, auto: true })).rejects.toThrow(
      PortError,
    );
  });

  it('leaves the ports of servers alone that others run', async () => {
    const port = await occupied();
    const env = { MAINSPRING_TEMPORAL_PORT: String(port) };
    await expect(choosePorts({ wanted: only(), env, remembered: {}, auto: false })).resolves.toBeDefined();
  });

  it('refuses a variable that is no port', async () => {
    const env = { MAINSPRING_S3_PORT: 'eighty' };
    await expect(choosePorts({ wanted: only(), env, remembered: {}, auto: false })).rejects.toThrow(
      'MAINSPRING_S3_PORT is "eighty", allowed: a port, 1–65535',
    );
  });
});
