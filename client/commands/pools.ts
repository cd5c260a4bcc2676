import type { PoolView } from '../../contracts/budget.js';
import { span } from '../output/figures.js';
import type { Paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

const HEAD = ['pool', 'of', 'GPUs', 'jobs', 'team', 'weight', 'running', 'waiting', 'used of late'];

export function showPools(pools: PoolView[], paint: Paint): string {
  if (pools.length === 0)
    return 'There is no pool, so no job waits for a slot. Declare one with `mainspring pool set NAME`.';
  const rows = pools.flatMap((pool) => {
    const first = [
      pool.name,
      `${pool.backend}${pool.gpuType && ` ${pool.gpuType}`}`,
      `${pool.busyGpus} of ${pool.gpus ?? 'any'}`,
      `${pool.busyJobs} of ${pool.jobs ?? 'any'}`,
    ];
    const teams = pool.teams.map(({ team, weight, running, waiting, usedSeconds }) => [
      team,
      String(weight),
      String(running),
      String(waiting),
      span(usedSeconds),
    ]);
    return (teams.length === 0 ? [['', '', '', '', '']] : teams).map((team, index) => [
      ...(index === 0 ? first : first.map(() => '')),
      ...team,
    ]);
  });
  return table(HEAD.map(paint.faint), rows);
}

export const pools = defineCommand({
  usage: 'pools',
  summary: 'Pools of job slots: used slots by team, and waiting jobs',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const found = await mainspring().pools.list();
    return { json: found, text: showPools(found, paint) };
  },
});
