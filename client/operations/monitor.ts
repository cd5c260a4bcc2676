import { monitorId } from '../../contracts/ids.js';
import type { MonitorHealth, WindowResult } from '../../contracts/monitor.js';
import type { Services } from '../services/services.js';
import { findModel } from './find-run.js';

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
