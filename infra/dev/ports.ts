import { createServer } from 'node:net';
import getPort, { portNumbers } from 'get-port';
import { objectStorePorts } from './servers/object-store.js';

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

// All below 32,768, from where systems take ports for outgoing connections. The ranges do not meet:
// object stores use 11,000–16,003 and, for their twins, 21,000–26,003.
const objectStores = { from: 11_000, to: 15_999 };
const singles = { from: 26_100, to: 32_700 };

const somewhereIn = ({ from, to }: { from: number; to: number }): number =>
  from + Math.floor(Math.random() * (to - from));

/** A free port, never the same twice in one process. */
export const freePort = (): Promise<number> =>
  getPort({ host: '127.0.0.1', port: portNumbers(somewhereIn(singles), singles.to) });

/** A port whose whole family is free for an object store. */
export async function freeObjectStorePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = somewhereIn(objectStores);
    const free = await Promise.all(objectStorePorts(port).map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no ten free ports for the object store on 127.0.0.1: stop some servers');
}
