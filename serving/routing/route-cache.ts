import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { RouteTable } from '../../contracts/release.js';

/** The routes that were served last, on disk: with the cached models enough to start while everything else is down. */
export interface RouteCache {
  read(): Promise<RouteTable[]>;
  write(tables: readonly RouteTable[]): Promise<void>;
}

export const routeCache = (path: string): RouteCache => ({
  read: async () => {
    try {
      return z.array(RouteTable).parse(JSON.parse(await readFile(path, 'utf8')));
    } catch {
      return []; // absent, or of another version of the gateway: the database has the truth
    }
  },
  write: async (tables) => {
    await mkdir(dirname(path), { recursive: true });
    const partial = `${path}.${process.pid}`;
    await writeFile(partial, JSON.stringify(tables));
    await rename(partial, path);
  },
});
