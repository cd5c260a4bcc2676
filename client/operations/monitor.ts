import { WorkflowNotFoundError } from '@temporalio/client';
import { monitorId } from '../../contracts/ids.js';
import { type MonitorHealth, type WindowResult, observe as observeSignal } from '../../contracts/monitor.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { findModel } from './find-run.js';
import { toInstant } from './instant.js';

export interface MonitorView {
  model: string;
  /** Null when there is no monitor, or no worker answers. */
  health: MonitorHealth | null;
  /** Closed windows, oldest first. */
  windows: WindowResult[];
  source: 'workflow' | 'database';
}

export async function monitor(
  services: Services,
  name: string,
  { limit = 20 }: { limit?: number } = {},
): Promise<MonitorView> {
  const model = await findModel(services, name);
  const { windows } = await services.database();
  const temporal = await services.temporal();
  const [health, newest] = await Promise.all([
    temporal.ask<MonitorHealth>(monitorId(model), 'health'),
    windows.newest(model, limit),
  ]);
  return {
    model,
    health: health ?? null,
    windows: newest.toReversed(),
    source: health ? 'workflow' : 'database',
  };
}

/**
 * Tell the monitor of a model that event time has reached an instant (`monitoring.clock: event`): windows that matured
 * before it can close.
 *
 * @throws MainspringError `refused` before the model has a monitor
 */
export async function observe(services: Services, name: string, watermark: string): Promise<void> {
  const model = await findModel(services, name);
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
      'It is started with the first promotion.',
      undefined,
      { cause: error },
    );
  }
}
