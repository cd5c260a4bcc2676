import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { RouteTable } from '../../contracts/release.js';

/**
 * The last served routes, on disk. Together with the cached models they suffice to start while all servers are down.
 */
export interface RouteCache {
  read(): Promise<RouteTable[]>;
  write(tables: readonly RouteTable[]): Promise<void>;
}

export const routeCache = (path: string): RouteCache => ({
  read: async () => {
    try {
      return z.array(RouteTable).parse(JSON.parse(await readFile(path, 'utf8')));
    } catch {
      return []; // The file is missing or has the format of another version. The database has the routes.
    }
  },
  write: async (tables) => {
    await mkdir(dirname(path), { recursive: true });
    const partial = `${path}.${process.pid}`;
    await writeFile(partial, JSON.stringify(tables));
    await rename(partial, path);
  },
});
