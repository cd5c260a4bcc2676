import type { AccountView } from '../../contracts/budget.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

const HEAD = ['account', 'of', 'limit', 'settled', 'reserved', 'left', 'waiting', 'request'];

/** A line for each resource of an account that is limited or used. */
function lines(view: AccountView): string[][] {
  const kinds = [
    ['GPU-hours', 'gpuHours'],
    ['CPU-hours', 'cpuHours'],
    ['money', 'money'],
  ] as const;
  return kinds
    .filter(([, kind]) => view.limit[kind] !== null || view.settled[kind] + view.reserved[kind] > 0)
    .map(([name, kind], index) => [
      index === 0 ? view.account : '',
      name,
      view.limit[kind]?.toFixed(3) ?? 'none',
      view.settled[kind].toFixed(3),
      view.reserved[kind].toFixed(3),
      view.left[kind]?.toFixed(3) ?? '',
      index === 0 && view.waiting > 0 ? String(view.waiting) : '',
      index === 0 ? (view.request ?? '') : '',
    ]);
}

export const budgetList = defineCommand({
  usage: 'list',
  summary: 'Accounts: limit, settled, reserved, left, and how many jobs wait',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const accounts = await mainspring().budgets.list();
    return {
      json: accounts,
      text:
        accounts.length === 0
          ? 'No account. Make one with `mainspring budget set NAME --gpu-hours N`, or set training.budget in a model file.'
          : table(HEAD.map(paint.faint), accounts.flatMap(lines)),
    };
  },
});
