import { z } from 'zod';
import { PriceView } from '../../contracts/budget.js';
import { defineOperation } from '../operation.js';

export const list = defineOperation({
  name: 'prices.list',
  summary: 'The price list of job backends',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: z.array(PriceView),
  http: { method: 'GET', path: '/v1/prices' },
  run: async (services) => (await services.records()).books.prices(),
});
