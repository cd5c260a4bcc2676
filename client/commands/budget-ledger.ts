import { table } from '../output/table.js';
import { defineCommand } from './command.js';
import { limitOption } from './numbers.js';

export const budgetLedger = defineCommand({
  usage: 'ledger <account>',
  summary: 'Entries of an account, newest first',
  options: (yargs) =>
    yargs
      .positional('account', { type: 'string', demandOption: true, describe: 'Name of the account' })
      .option('limit', limitOption(100, 'Newest, at most so many')),
  run: async ({ account, limit }, { mainspring, paint }) => {
    const entries = await mainspring().budgets.ledger(account, { limit });
    const rows = entries.map((entry) => [
      entry.at,
      entry.kind,
      entry.jobKey,
      entry.gpuSeconds.toFixed(3),
      entry.cpuSeconds.toFixed(3),
      entry.money.toFixed(4),
      entry.estimated ? 'estimated' : '',
    ]);
    const head = ['at', 'entry', 'job', 'GPU-seconds', 'CPU-seconds', 'money', ''].map(paint.faint);
    return { json: entries, text: entries.length === 0 ? 'No entries.' : table(head, rows) };
  },
});
