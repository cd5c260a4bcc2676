import { budgetLedger } from './budget-ledger.js';
import { budgetList } from './budget-list.js';
import { budgetPrice } from './budget-price.js';
import { budgetPrices } from './budget-prices.js';
import { budgetSet } from './budget-set.js';
import type { Command } from './command.js';

const parts = [budgetList, budgetSet, budgetLedger, budgetPrices, budgetPrice];

/** Without a subcommand, `budget` lists the accounts. */
export const budget: Command = {
  usage: 'budget [command]',
  summary: 'Budgets of training: accounts, their ledger, and the price list',
  register: (yargs, answer) =>
    yargs.command('budget [command]', budget.summary, (inner) => {
      for (const part of parts) part.register(inner, answer);
      return budgetList.registerAs('$0', inner, answer).strict();
    }),
};
