import { showPrices } from './budget-prices.js';
import { byOption, defineCommand } from './command.js';
import { amount } from './numbers.js';

export const budgetPrice = defineCommand({
  usage: 'price <backend>',
  summary: 'Set the price of a GPU-hour, of a CPU-hour, or of both, from now on',
  options: (yargs) =>
    yargs
      .positional('backend', { type: 'string', demandOption: true, describe: 'Job backend' })
      .option('gpu-type', { type: 'string', describe: 'Of this kind of GPU only' })
      .option('gpu-hour', amount('gpu-hour', 'Price of a GPU-hour', 2.9))
      .option('cpu-hour', amount('cpu-hour', 'Price of a CPU-hour', 0.04))
      .option('by', byOption),
  run: async ({ backend, gpuType, gpuHour, cpuHour, by }, { mainspring, paint }) => {
    const prices = await mainspring().prices.set(backend, {
      by,
      gpuHour,
      cpuHour,
      gpuType,
    });
    return { json: prices, text: showPrices(prices, paint) };
  },
});
