import { WorkflowNotFoundError } from '@temporalio/client';
import { monitorId } from '../../contracts/ids.js';
import { observe as observeSignal } from '../../contracts/monitor.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { toInstant } from './start.js';

/**
 * Tell the monitor of a model how far event time has come: windows that matured by then close. For models whose
 * `monitoring.clock` is `event`; the others follow the clock on the wall.
 *
 * @throws MainspringError `refused` before the model has a monitor
 */
export async function observe(services: Services, model: string, watermark: string): Promise<void> {
  const { client } = await services.temporal();
  try {
    await client.workflow
      .getHandle(monitorId(model))
      .signal(observeSignal, { watermark: toInstant(watermark) });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new MainspringError(
      'refused',
      `model "${model}" has no monitor yet`,
      'It is started with the first promotion: `mainspring start`, then approve the version.',
    );
  }
}
