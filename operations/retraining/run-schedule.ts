import { z } from 'zod';
import { retrainingScheduleId } from '../../contracts/ids.js';
import { MainspringError } from '../errors.js';
import { modelName } from '../fields.js';
import { findModel } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';
import { WorkflowGone } from '../ports/workflows.js';

export const runSchedule = defineOperation({
  name: 'retraining.runSchedule',
  summary: 'Let the retraining schedule of a model fire now, as if its time had come',
  who: 'operator',
  effect: 'write',
  input: z.strictObject({ model: modelName }),
  output: z.strictObject({ model: z.string() }),
  errors: {
    'not-found': 'No model has this name.',
    refused: 'The model has no retraining schedule.',
  },
  http: { method: 'POST', path: '/v1/retraining/{model}/schedule/runs' },
  run: async (services, input) => {
    const model = await findModel(services, input.model);
    const workflows = await services.workflows();
    try {
      await workflows.runSchedule(retrainingScheduleId(model));
    } catch (error) {
      if (!(error instanceof WorkflowGone)) throw error;
      throw new MainspringError(
        'refused',
        `model "${model}" has no retraining schedule`,
        'It is made with the first promotion, when the spec has retraining.triggers.schedule.',
        undefined,
        { cause: error },
      );
    }
    return { model };
  },
});
