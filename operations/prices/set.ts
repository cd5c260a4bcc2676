import { z } from 'zod';
import { PriceView } from '../../contracts/budget.js';
import { BackendName } from '../../contracts/spec/training.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { amount, by } from '../fields.js';
import { defineOperation } from '../operation.js';

export const set = defineOperation({
  name: 'prices.set',
  summary: 'Set the price of a GPU-hour, a CPU-hour or both; attempts that have begun keep their price',
  who: 'operator',
  effect: 'write',
  input: z.strictObject({
    backend: text(100).describe('Job backend.'),
    by,
    gpuType: text(100).optional().describe('Of this kind of GPU only.'),
    gpuHour: amount.optional().describe('Default: as it is, or 0 where there is no price yet.'),
    cpuHour: amount.optional().describe('Default: as it is, or 0 where there is no price yet.'),
  }),
  output: z.array(PriceView),
  errors: {
    usage: 'The backend is unknown or no price is named.',
  },
  http: { method: 'POST', path: '/v1/prices/{backend}' },
  run: async (services, { backend, gpuType = '', gpuHour, cpuHour, by: stated }, caller) => {
    const setBy = actor(caller, stated);
    const name = BackendName.safeParse(backend);
    if (!name.success)
      throw new MainspringError(
        'usage',
        `"${backend}" is no backend`,
        `Backends: ${BackendName.options.join(', ')}.`,
      );
    if (gpuHour === undefined && cpuHour === undefined)
      throw new MainspringError(
        'usage',
        'no price is named',
        `For example: mainspring budget price ${name.data} --gpu-hour 2.9 --cpu-hour 0.04`,
      );
    const { books } = await services.records();
    const before = (await books.prices()).find(
      (price) => price.backend === name.data && price.gpuType === gpuType,
    );
    await books.setPrice({
      backend: name.data,
      gpuType,
      gpuHour: gpuHour ?? before?.gpuHour ?? 0,
      cpuHour: cpuHour ?? before?.cpuHour ?? 0,
      by: setBy,
    });
    return books.prices();
  },
});
