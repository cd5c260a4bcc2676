import { z } from 'zod';
import { monitorId } from '../../contracts/ids.js';
import { type MonitorHealth, monitorHealth, observe as observeSignal } from '../../contracts/monitor.js';
import { MAX_LEAP_DAYS, leapFault } from '../../contracts/watermark-leap.js';
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
  input: z.strictObject({
    model: modelName,
    watermark: instantText,
    leap: z
      .boolean()
      .optional()
      .describe(
        `Event time did leap by more than ${MAX_LEAP_DAYS} days. Default: such a watermark is refused.`,
      ),
  }),
  output: z.strictObject({ model: z.string(), watermark: z.string() }),
  errors: {
    'not-found': 'No model has this name.',
    usage: '`watermark` is no instant, or lies in the future.',
    refused: 'The model has no monitor, because no version was promoted yet; or `watermark` leaps too far.',
  },
  http: { method: 'POST', path: '/v1/monitors/{model}/watermark' },
  run: async (services, input) => {
    const model = await findModel(services, input.model);
    const watermark = toEventTime(input.watermark);
    const workflows = await services.workflows();
    const health = await workflows.ask<MonitorHealth>(monitorId(model), monitorHealth.name);
    const fault = health && input.leap !== true ? leapFault(watermark, health) : undefined;
    if (fault !== undefined)
      throw new MainspringError(
        'refused',
        fault,
        'Look at the year: windows that have closed cannot be opened again. If event time did leap so far, send it with `leap: true`.',
      );
    try {
      await workflows.signal(monitorId(model), observeSignal, {
        watermark,
        ...(input.leap === true ? { leap: true } : {}),
      });
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
