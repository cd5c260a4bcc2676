import { byOption, defineCommand } from './command.js';
import { amount } from './numbers.js';

export const budgetSet = defineCommand({
  usage: 'set <account>',
  summary: 'Make an account, or change its limits; jobs that wait for it ask again',
  options: (yargs) =>
    yargs
      .positional('account', { type: 'string', demandOption: true, describe: 'Name of the account' })
      .option('gpu-hours', { type: 'number', requiresArg: true, describe: 'Limit of GPU-hours' })
      .option('cpu-hours', { type: 'number', requiresArg: true, describe: 'Limit of CPU-hours' })
      .option('money', { type: 'number', requiresArg: true, describe: 'Limit by the price list' })
      .option('reason', { type: 'string', describe: 'Why, for the record' })
      .option('by', byOption),
  run: async ({ account, gpuHours, cpuHours, money, reason, by }, { mainspring }) => {
    amount('gpu-hours', gpuHours, 100);
    amount('cpu-hours', cpuHours, 500);
    amount('money', money, 300);
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
