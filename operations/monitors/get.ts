import { z } from 'zod';
import { monitorId } from '../../contracts/ids.js';
import { MonitorHealth, WindowResult } from '../../contracts/monitor.js';
import { limit, modelName } from '../fields.js';
import { findModel } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';

export const MonitorView = z.strictObject({
  model: z.string(),
  /** Null if there is no monitor or no worker answers. */
  health: MonitorHealth.nullable(),
  /** Closed windows, oldest first. */
  windows: z.array(WindowResult),
  source: z.enum(['workflow', 'database']),
});
export type MonitorView = z.infer<typeof MonitorView>;

export const get = defineOperation({
  name: 'monitors.get',
  summary:
    'Windows of a served model: requests, labels, quality, drift, and the columns that exceeded their threshold',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ model: modelName, limit: limit(20) }),
  output: MonitorView,
  errors: {
    'not-found': 'No model has this name.',
  },
  http: { method: 'GET', path: '/v1/monitors/{model}' },
  run: async (services, input): Promise<MonitorView> => {
    const model = await findModel(services, input.model);
    const { windows } = await services.records();
    const workflows = await services.workflows();
    const [health, newest] = await Promise.all([
      workflows.ask<MonitorHealth>(monitorId(model), 'health'),
      windows.newest(model, input.limit),
    ]);
    return {
      model,
      health: health ?? null,
      windows: newest.toReversed(),
      source: health ? 'workflow' : 'database',
    };
  },
});
