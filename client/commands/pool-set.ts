import { byOption, defineCommand } from './command.js';
import { keyValues } from './key-values.js';
import { amountIn, wholeNumber } from './numbers.js';
import { showPools } from './pools.js';

/** The weights of teams, from texts such as `vision=3`. */
const weightsOf = (given: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    keyValues('weight', given, 'TEAM=WEIGHT', 'vision=3').map(([team, weight]) => [
      team,
      amountIn(`--weight ${team}`, weight, '--weight vision=3'),
    ]),
  );

export const poolSet = defineCommand({
  usage: 'set <name>',
  summary: 'Declare a pool of job slots, or replace its declaration',
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Name of the pool' })
      .option('backend', { type: 'string', default: 'local', describe: 'Job backend' })
      .option('gpu-type', { type: 'string', describe: 'For this kind of GPU only' })
      .option('gpus', wholeNumber('gpus', { describe: 'GPUs in use at once', least: 0, example: 4 }))
      .option('jobs', wholeNumber('jobs', { describe: 'Jobs at once', example: 4 }))
      .option('weight', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        describe: 'TEAM=WEIGHT, once for each team',
      })
      .option('by', byOption),
  repeatable: ['weight'],
  run: async ({ name, backend, gpuType, gpus, jobs, weight, by }, { mainspring, paint }) => {
    const found = await mainspring().pools.set(name, {
      backend,
      by,
      weights: weightsOf(weight),
      gpuType,
      gpus,
      jobs,
    });
    return { json: found, text: showPools(found, paint) };
  },
});
