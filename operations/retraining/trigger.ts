import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { retrainingId } from '../../contracts/ids.js';
import { type Trigger, TriggerRecord, trigger as triggerSignal } from '../../contracts/retraining.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { by, instantText, modelName, reason } from '../fields.js';
import { findModel } from '../lookup/find-run.js';
import { toEventTime } from '../lookup/instant.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { WorkflowGone } from '../ports/workflows.js';

const ANSWER_DEADLINE_MS = 10_000;
const POLL_MS = 200;

const Input = z.strictObject({
  model: modelName,
  by,
  reason,
  at: instantText
    .optional()
    .describe('Instant of event time. Default: the newest that the controller knows.'),
  id: text(200).optional().describe('The same id twice is one trigger. Default: a new one.'),
});

/**
 * Ask the retraining controller of a model for a retraining, and wait for its decision.
 *
 * @throws MainspringError `refused` if the model has no controller yet, `unreachable` if it does not answer
 */
async function ask(
  services: Services,
  input: z.output<typeof Input>,
  askedBy: string,
  signal: AbortSignal,
): Promise<TriggerRecord> {
  const model = await findModel(services, input.model);
  const workflows = await services.workflows();
  const sent: Trigger = {
    id: input.id ?? `manual/${randomUUID()}`,
    kind: 'manual',
    at: input.at === undefined ? null : toEventTime(input.at),
    detail: `${askedBy}: ${input.reason}`,
  };
  try {
    await workflows.signal(retrainingId(model), triggerSignal, sent);
  } catch (error) {
    if (!(error instanceof WorkflowGone)) throw error;
    throw new MainspringError(
      'refused',
      `model "${model}" has no retraining controller yet`,
      'It is started with the first promotion. Until then start a lifecycle with `mainspring start`.',
    );
  }
  const { triggers: store } = await services.records();
  const deadline = Date.now() + ANSWER_DEADLINE_MS;
  while (Date.now() < deadline && !signal.aborted) {
    const record = (await store.newest(model, 50)).find(({ id }) => id === sent.id);
    if (record) return record;
    await sleep(POLL_MS);
  }
  throw new MainspringError(
    'unreachable',
    `the retraining controller of "${model}" did not answer within ${ANSWER_DEADLINE_MS / 1_000} s; the trigger is delivered when a worker comes back`,
    `See its outcome with \`mainspring triggers ${model}\`; start the workers with \`mainspring up\`.`,
    sent,
  );
}

export const trigger = defineOperation({
  name: 'retraining.trigger',
  summary: 'Ask for a retraining, and return the decision of the controller',
  who: 'anyone',
  effect: 'write',
  input: Input,
  output: TriggerRecord,
  errors: {
    'not-found': 'No model has this name.',
    usage: '`at` is no instant, or lies in the future.',
    refused: 'The model has no retraining controller: no version was promoted yet.',
  },
  http: { method: 'POST', path: '/v1/retraining/{model}/triggers' },
  run: (services, input, caller, signal) => ask(services, input, actor(caller, input.by), signal),
});
