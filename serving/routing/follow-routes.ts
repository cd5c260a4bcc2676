import type { RouteTable } from '../../contracts/release.js';
import { RequestError } from '../request-error.js';
import type { Log, RouteSource } from '../ports.js';
import type { SessionPool } from '../sessions/session-pool.js';
import { ModelRoutes } from './model-routes.js';
import type { RouteCache } from './route-cache.js';
import type { ServedModel } from './served-model.js';

export interface Routing {
  /** @throws RequestError 404 naming the models that are served, 503 when the model is not loaded yet */
  find(model: string): ServedModel;
  /**
   * The routes of a known model, even if it is not loaded.
   *
   * @throws RequestError 404
   */
  check(model: string): ModelRoutes;
  all(): ModelRoutes[];
  models(): [string, ModelRoutes][];
  /** True if all known routes are loaded. */
  ready(): boolean;
  stop(): Promise<void>;
}

/**
 * Follow the desired routes of all models. While the database is down, the last table is served. A restart begins
 * with the table on disk and needs neither database nor object store.
 */
export async function followRoutes(
  { source, cache, pool, log }: { source: RouteSource; cache: RouteCache; pool: SessionPool; log: Log },
  pollMs: number,
): Promise<Routing> {
  const models = new Map<string, ModelRoutes>();
  const following = new Set<Promise<void>>();
  let heard = false;
  let down = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const saveCache = async () => {
    const tables = [...models.values()]
      .map(({ observed }) => observed)
      .filter((table) => table !== undefined);
    await cache
      .write(tables)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'routes not cached'));
  };

  function follow(table: RouteTable): Promise<void> {
    const routes = models.get(table.model) ?? new ModelRoutes(table.model, pool, log);
    models.set(table.model, routes);
    const work = routes.follow(table).then(async (changed) => {
      if (changed) await saveCache();
    });
    following.add(work);
    return work.finally(() => following.delete(work));
  }

  async function look(): Promise<void> {
    try {
      const tables = await source.current();
      if (down) log.info({}, 'routes can be read again');
      [heard, down] = [true, false];
      // Started without waiting, because a slow load of one model must not delay the others.
      for (const table of tables) void follow(table);
    } catch (error) {
      if (!down) log.warn({ error: String(error) }, 'routes cannot be read: the last ones serve on');
      down = true;
    }
    if (!stopped) timer = setTimeout(() => void look(), pollMs);
  }

  await Promise.all((await cache.read()).map(follow));
  const fromCache = models.size > 0;
  void look();

  const check = (model: string): ModelRoutes => {
    const routes = models.get(model);
    if (routes) return routes;
    const names = [...models.keys()];
    throw new RequestError(
      404,
      `model ${model} is not served here; ${names.length > 0 ? `served: ${names.join(', ')}` : 'no model is served yet'}`,
    );
  };
  return {
    find: (model) => {
      const { served, problem } = check(model);
      if (served?.champion) return served;
      throw new RequestError(
        503,
        `model ${model} is not ready: ${problem ?? 'its first version is being loaded'}; ask /v2/models/${model}/ready`,
      );
    },
    check,
    all: () => [...models.values()],
    models: () => [...models],
    ready: () => (heard || fromCache) && [...models.values()].every(({ served }) => served !== undefined),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(following);
    },
  };
}
