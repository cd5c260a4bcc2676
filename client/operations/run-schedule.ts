import { ScheduleNotFoundError } from '@temporalio/client';
import { retrainingScheduleId } from '../../contracts/ids.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';

/**
 * Let the retraining schedule of a model act now, as it would by itself when its time has come.
 *
 * @throws MainspringError `refused` when the model has no schedule
 */
export async function runSchedule(services: Services, model: string): Promise<void> {
  const { client } = await services.temporal();
  try {
    await client.schedule.getHandle(retrainingScheduleId(model)).trigger();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new MainspringError(
      'refused',
      `model "${model}" has no retraining schedule`,
      'Declare retraining.triggers.schedule in its spec and promote a version.',
    );
  }
}
