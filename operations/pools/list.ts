import { z } from 'zod';
import { PoolView } from '../../contracts/budget.js';
import { defineOperation } from '../operation.js';

export const list = defineOperation({
  name: 'pools.list',
  summary: 'Pools of job slots: used slots by team, and waiting jobs',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: z.array(PoolView),
  http: { method: 'GET', path: '/v1/pools' },
  run: async (services) => (await services.records()).pools.list(),
});
