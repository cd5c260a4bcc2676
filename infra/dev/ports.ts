import { createServer } from 'node:net';
import getPort, { portNumbers } from 'get-port';
import { objectStorePorts } from './servers/object-store.js';

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

// All ports are below 32,768, where systems begin to take ports for outgoing connections. The ranges do not
// overlap: object stores use 11,000–16,003, and 21,000–26,003 for their gRPC twins.
const objectStores = { from: 11_000, to: 15_999 };
const singles = { from: 26_100, to: 32_700 };

const somewhereIn = ({ from, to }: { from: number; to: number }): number =>
  from + Math.floor(Math.random() * (to - from));

/** A free port, different at every call within one process. */
export const freePort = (): Promise<number> =>
  getPort({ host: '127.0.0.1', port: portNumbers(somewhereIn(singles), singles.to) });

/** A free port for an object store, with all further ports that it opens. */
export async function freeObjectStorePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = somewhereIn(objectStores);
    const free = await Promise.all(objectStorePorts(port).map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no ten free ports for the object store on 127.0.0.1: stop some servers');
}
