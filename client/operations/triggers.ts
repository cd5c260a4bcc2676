import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import { retrainingId, retrainingScheduleId } from '../../contracts/ids.js';
import { type Trigger, type TriggerRecord, trigger as triggerSignal } from '../../contracts/retraining.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { findModel } from './find-run.js';

export interface TriggersView {
  model: string;
  /** Run that a trigger started and that has not ended. */
  inFlight: string | null;
  /** Newest first; refused ones too, with the reason. */
  triggers: TriggerRecord[];
  source: 'workflow' | 'database';
}

interface Log {
  inFlight: string | null;
  now: string;
  log: TriggerRecord[];
}

export async function triggers(
  services: Services,
  name: string,
  { limit = 20 }: { limit?: number } = {},
): Promise<TriggersView> {
  const model = await findModel(services, name);
  const { triggers: store } = await services.database();
  const temporal = await services.temporal();
  const [log, newest] = await Promise.all([
    temporal.ask<Log>(retrainingId(model), 'log'),
    store.newest(model, limit),
  ]);
  return {
    model,
    inFlight: log?.inFlight ?? null,
    triggers: newest,
    source: log ? 'workflow' : 'database',
  };
}

const ANSWER_DEADLINE_MS = 10_000;
const POLL_MS = 200;

export interface TriggerOptions {
  by: string;
  reason: string;
  /** Instant of event time; left out: the newest that the controller knows. */
  at?: string;
  /** The same id twice is one trigger. */
  id?: string;
}

/**
 * Ask the retraining controller of a model for a retraining, and wait for what it decides.
 *
 * @throws MainspringError `refused` before the model has a controller, `unreachable` when none answers
 */
export async function trigger(
  services: Services,
  name: string,
  options: TriggerOptions,
): Promise<TriggerRecord> {
  const model = await findModel(services, name);
  const temporal = await services.temporal();
  const sent: Trigger = {
    id: options.id ?? `manual/${randomUUID()}`,
    kind: 'manual',
    at: options.at ?? null,
    detail: `${options.by}: ${options.reason}`,
  };
  try {
    await temporal.client.workflow.getHandle(retrainingId(model)).signal(triggerSignal, sent);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new MainspringError(
      'refused',
      `model "${model}" has no retraining controller yet`,
      'It is started with the first promotion. Until then start a lifecycle with `mainspring start`.',
    );
  }
  const { triggers: store } = await services.database();
  const deadline = Date.now() + ANSWER_DEADLINE_MS;
  while (Date.now() < deadline) {
    const record = (await store.newest(model, 50)).find(({ id }) => id === sent.id);
    if (record) return record;
    await sleep(POLL_MS);
  }
  throw new MainspringError(
    'unreachable',
    `the retraining controller of "${model}" did not answer within ${ANSWER_DEADLINE_MS / 1_000} s; the trigger is delivered when a worker comes back`,
    `See what became of it with \`mainspring triggers ${model}\`; start the workers with \`mainspring up\`.`,
    sent,
  );
}

/**
 * Let the retraining schedule of a model fire now, as if its time had come.
 *
 * @throws MainspringError `refused` when the model has no schedule
 */
export async function runSchedule(services: Services, name: string): Promise<void> {
  const model = await findModel(services, name);
  const { client } = await services.temporal();
  try {
    await client.schedule.getHandle(retrainingScheduleId(model)).trigger();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new MainspringError(
      'refused',
      `model "${model}" has no retraining schedule`,
      'It is made with the first promotion, when the spec has retraining.triggers.schedule.',
      undefined,
      { cause: error },
    );
  }
}
