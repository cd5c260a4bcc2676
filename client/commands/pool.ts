import type { Command } from './command.js';
import { poolSet } from './pool-set.js';

/** Group of commands about pools of job slots: `pool set`. */
export const pool: Command = {
  usage: 'pool <command>',
  summary: 'Declare how many jobs and GPUs may run at once, and the share of teams',
  register: (yargs, answer) =>
    yargs.command('pool <command>', pool.summary, (inner) => {
      poolSet.register(inner, answer);
      return inner.demandCommand(1, 'Name a command: pool set').strict();
    }),
};
