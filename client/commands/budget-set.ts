import { byOption, defineCommand } from './command.js';
import { amount } from './numbers.js';

export const budgetSet = defineCommand({
  usage: 'set <account>',
  summary: 'Make an account, or change its limits; jobs that wait for it ask again',
  options: (yargs) =>
    yargs
      .positional('account', { type: 'string', demandOption: true, describe: 'Name of the account' })
      .option('gpu-hours', amount('gpu-hours', 'Limit of GPU-hours', 100))
      .option('cpu-hours', amount('cpu-hours', 'Limit of CPU-hours', 500))
      .option('money', amount('money', 'Limit by the price list', 300))
      .option('reason', { type: 'string', describe: 'Why, for the record' })
      .option('by', byOption),
  run: async ({ account, gpuHours, cpuHours, money, reason, by }, { mainspring }) => {
    const view = await mainspring().budgets.set(account, {
      by,
      gpuHours,
      cpuHours,
      money,
      reason,
    });
    const limits = [
      ...(view.limit.gpuHours === null ? [] : [`${view.limit.gpuHours} GPU-hours`]),
      ...(view.limit.cpuHours === null ? [] : [`${view.limit.cpuHours} CPU-hours`]),
      ...(view.limit.money === null ? [] : [`${view.limit.money} money`]),
    ];
    return { json: view, text: `${account}: ${limits.join(', ')}` };
  },
});
