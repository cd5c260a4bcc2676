import { z } from 'zod';
import { retrainingId } from '../../contracts/ids.js';
import { TriggerRecord } from '../../contracts/retraining.js';
import { limit, modelName } from '../fields.js';
import { findModel } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';

export const TriggersView = z.strictObject({
  model: z.string(),
  /** The unfinished run that a trigger started. */
  inFlight: z.string().nullable(),
  /** Newest first, with refused triggers and the reason of each. */
  triggers: z.array(TriggerRecord),
  source: z.enum(['workflow', 'database']),
});
export type TriggersView = z.infer<typeof TriggersView>;

export const list = defineOperation({
  name: 'retraining.list',
  summary: 'Triggers of retraining, fired and refused, with the reason of each decision',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ model: modelName, limit: limit(20) }),
  output: TriggersView,
  errors: {
    'not-found': 'No model has this name.',
  },
  http: { method: 'GET', path: '/v1/retraining/{model}/triggers' },
  run: async (services, input): Promise<TriggersView> => {
    const model = await findModel(services, input.model);
    const { triggers } = await services.records();
    const workflows = await services.workflows();
    const [log, newest] = await Promise.all([
      workflows.ask<{ inFlight: string | null }>(retrainingId(model), 'log'),
      triggers.newest(model, input.limit),
    ]);
    return {
      model,
      inFlight: log?.inFlight ?? null,
      triggers: newest,
      source: log ? 'workflow' : 'database',
    };
  },
});
