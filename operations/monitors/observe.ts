import { z } from 'zod';
import { monitorId } from '../../contracts/ids.js';
import { observe as observeSignal } from '../../contracts/monitor.js';
import { MainspringError } from '../errors.js';
import { instantText, modelName } from '../fields.js';
import { findModel } from '../lookup/find-run.js';
import { toEventTime } from '../lookup/instant.js';
import { defineOperation } from '../operation.js';
import { WorkflowGone } from '../ports/workflows.js';

export const observe = defineOperation({
  name: 'monitors.observe',
  summary:
    'Tell the monitor that event time has reached an instant, so that windows which matured before it can close',
  who: 'anyone',
  effect: 'write',
  input: z.strictObject({ model: modelName, watermark: instantText }),
  output: z.strictObject({ model: z.string(), watermark: z.string() }),
  errors: {
    'not-found': 'No model has this name.',
    usage: '`watermark` is no instant, or lies in the future.',
    refused: 'The model has no monitor: no version was promoted yet.',
  },
  http: { method: 'POST', path: '/v1/monitors/{model}/watermark' },
  run: async (services, input) => {
    const model = await findModel(services, input.model);
    const watermark = toEventTime(input.watermark);
    const workflows = await services.workflows();
    try {
      await workflows.signal(monitorId(model), observeSignal, { watermark });
    } catch (error) {
      if (!(error instanceof WorkflowGone)) throw error;
      throw new MainspringError(
        'refused',
        `model "${model}" has no monitor yet`,
        'It is started with the first promotion.',
        undefined,
        { cause: error },
      );
    }
    return { model, watermark };
  },
});
