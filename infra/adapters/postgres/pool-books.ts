import type { Kysely } from 'kysely';
import type { PoolView } from '../../../contracts/budget.js';
import { readPool } from './pools.js';
import type { Database } from './schema.js';

export interface PoolDeclaration {
  name: string;
  backend: string;
  /** Empty for all kinds without a pool of their own. */
  gpuType: string;
  gpus: number | null;
  jobs: number | null;
  weights: Record<string, number>;
  by: string;
}

/** Pools, as people see and set them. */
export function openPoolBooks(db: Kysely<Database>) {
  return {
    /**
     * Declare a pool, or replace its declaration.
     *
     * @returns the workflows that wait for it
     */
    set: ({ name, backend, gpuType, gpus, jobs, weights, by }: PoolDeclaration): Promise<string[]> =>
      db.transaction().execute(async (tx) => {
        const row = { backend, gpu_type: gpuType, gpus, jobs, set_by: by, updated_at: new Date() };
        await tx
          .insertInto('pools')
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
          .execute();
        await tx.deleteFrom('pool_teams').where('pool', '=', name).execute();
        const teams = Object.entries(weights).map(([team, weight]) => ({ pool: name, team, weight }));
        if (teams.length > 0) await tx.insertInto('pool_teams').values(teams).execute();
        const waits = await tx.selectFrom('job_waits').select('waiter').where('pool', '=', name).execute();
        return [...new Set(waits.map(({ waiter }) => waiter))];
      }),

    list: async (): Promise<PoolView[]> => {
      const declared = await db.selectFrom('pools').selectAll().orderBy('name').execute();
      return Promise.all(
        declared.map(async ({ name, backend, gpu_type, gpus, jobs }) => {
          const state = await readPool(db, name);
          const running = state?.running ?? [];
          const waiting = state?.waiting ?? [];
          const names = [
            ...running.map(({ team }) => team),
            ...waiting.map(({ team }) => team),
            ...Object.keys(state?.limits.weights ?? {}),
          ];
          return {
            name,
            backend,
            gpuType: gpu_type,
            gpus,
            jobs,
            busyGpus: running.reduce((sum, job) => sum + job.gpus, 0),
            busyJobs: running.length,
            waiting: waiting.length,
            teams: [...new Set(names)].sort().map((team) => ({
              team,
              weight: state?.limits.weights[team] ?? 1,
              running: running.filter((job) => job.team === team).length,
              waiting: waiting.filter((job) => job.team === team).length,
              usedSeconds: state?.used[team] ?? 0,
            })),
          };
        }),
      );
    },
  };
}
