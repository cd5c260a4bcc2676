import {
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { FailureType, fail } from '../../../contracts/failures.js';
import { TaskQueue } from '../../../contracts/task-queues.js';

/** The places of a workflow that can throw. */
export type Place = 'workflow' | 'child' | 'activity' | 'wait';

export const signalThatFails = defineSignal('signalThatFails');
export const updateThatFails = defineUpdate<void, [{ in: 'validator' | 'handler' }]>('updateThatFails');
export const queryThatFails = defineQuery<void>('queryThatFails');
export const finish = defineSignal('finish');

const refused = (place: string) =>
  fail(FailureType.DataRejected, `refused in ${place}`, { remedy: `mend ${place}`, details: { rows: 3 } });

const { check } = proxyActivities<{ check(): Promise<void> }>({
  startToCloseTimeout: '10 seconds',
  taskQueue: TaskQueue.data,
});

/** Throws at the given place. */
export async function failing(place: Place): Promise<string> {
  let done = false;
  setHandler(signalThatFails, () => {
    throw refused('signal');
  });
  setHandler(
    updateThatFails,
    () => {
      throw refused('handler');
    },
    {
      validator: (request: { in: string }) => {
        if (request.in === 'validator') throw refused('validator');
      },
    },
  );
  setHandler(queryThatFails, () => {
    throw refused('query');
  });
  setHandler(finish, () => void (done = true));
  if (place === 'workflow') throw refused('workflow');
  if (place === 'child') await executeChild(failing, { args: ['workflow'] });
  if (place === 'activity') await check();
  await condition(() => done);
  return 'finished';
}
