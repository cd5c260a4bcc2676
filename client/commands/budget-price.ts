import { showPrices } from './budget-prices.js';
import { byOption, defineCommand } from './command.js';

export const budgetPrice = defineCommand({
  usage: 'price <backend>',
  summary: 'Set the price of a GPU-hour and of a CPU-hour, from now on',
  options: (yargs) =>
    yargs
      .positional('backend', { type: 'string', demandOption: true, describe: 'Job backend' })
      .option('gpu-type', { type: 'string', describe: 'Of this kind of GPU only' })
      .option('gpu-hour', { type: 'number', default: 0, describe: 'What a GPU-hour costs' })
      .option('cpu-hour', { type: 'number', default: 0, describe: 'What a CPU-hour costs' })
      .option('by', byOption),
  run: async ({ backend, gpuType, gpuHour, cpuHour, by }, { mainspring, user, paint }) => {
    const prices = await mainspring().setPrice(backend, {
      gpuHour,
      cpuHour,
      by: by ?? user,
      ...(gpuType === undefined ? {} : { gpuType }),
    });
    return { json: prices, text: showPrices(prices, paint) };
  },
});
