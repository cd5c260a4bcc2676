import { MainspringError } from '../../operations/errors.js';
import { byOption, defineCommand } from './command.js';
import { wholeNumber } from './numbers.js';
import { showPools } from './pools.js';

/** Parses `vision=3` into team and weight. */
function weightOf(text: string): [string, number] {
  const [team = '', weight = ''] = text.split('=');
  if (team !== '' && weight !== '' && Number.isFinite(Number(weight))) return [team, Number(weight)];
  throw new MainspringError('usage', `"${text}" is no weight`, 'For example: --weight vision=3');
}

export const poolSet = defineCommand({
  usage: 'set <name>',
  summary: 'Declare a pool of job slots, or replace its declaration',
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Name of the pool' })
      .option('backend', { type: 'string', default: 'local', describe: 'Job backend' })
      .option('gpu-type', { type: 'string', describe: 'For this kind of GPU only' })
      .option('gpus', { type: 'number', requiresArg: true, describe: 'GPUs in use at once' })
      .option('jobs', { type: 'number', requiresArg: true, describe: 'Jobs at once' })
      .option('weight', {
        type: 'string',
        array: true,
        default: [],
        describe: 'TEAM=WEIGHT, once for each team',
      })
      .option('by', byOption),
  run: async ({ name, backend, gpuType, gpus, jobs, weight, by }, { mainspring, paint }) => {
    wholeNumber('gpus', gpus, 0, 4);
    wholeNumber('jobs', jobs, 1, 4);
    const found = await mainspring().pools.set(name, {
      backend,
      by,
      weights: Object.fromEntries(weight.map(weightOf)),
      gpuType,
      gpus,
      jobs,
    });
    return { json: found, text: showPools(found, paint) };
  },
});
