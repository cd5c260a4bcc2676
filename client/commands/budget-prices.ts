import type { PriceView } from '../../contracts/budget.js';
import type { Paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

export function showPrices(prices: PriceView[], paint: Paint): string {
  const rows = prices.map((price) => [
    price.backend,
    price.gpuType || 'any',
    String(price.gpuHour),
    String(price.cpuHour),
    price.setBy,
    price.since,
  ]);
  const head = ['backend', 'GPU', 'a GPU-hour', 'a CPU-hour', 'set by', 'since'].map(paint.faint);
  return prices.length === 0
    ? 'No price: set one with `mainspring budget price BACKEND`.'
    : table(head, rows);
}

export const budgetPrices = defineCommand({
  usage: 'prices',
  summary: 'The price list',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const prices = await mainspring().prices.list();
    return { json: prices, text: showPrices(prices, paint) };
  },
});
