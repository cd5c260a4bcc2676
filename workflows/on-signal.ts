import { log, setHandler } from '@temporalio/workflow';
import { z } from 'zod';
import type { SignalDefinition } from '../contracts/messages.js';
import { forTemporal } from './for-temporal.js';

/**
 * Handles a signal. Anybody may send one, and nobody can be answered: a payload that is not what the signal carries, and one that
 * the handler cannot deal with, is logged with its fault and ignored, and the workflow goes on. Without this, an error would fail
 * the workflow task for ever.
 *
 * @param schema of the payload
 * @param handle must not wait
 * @param ignored called with the fault of a payload that is ignored
 */
export function onSignal<Sent, Heard>(
  message: SignalDefinition<[Sent]>,
  schema: z.ZodType<Heard>,
  handle: (heard: Heard) => void,
  { description, ignored }: { description: string; ignored?: (fault: string) => void },
): void {
  const ignore = (fault: string): void => {
    log.warn(`signal ${message.name} ignored: ${fault}`);
    ignored?.(fault);
  };
  setHandler(
    forTemporal(message),
    (sent) => {
      try {
        const heard = schema.safeParse(sent);
        if (!heard.success) return ignore(z.prettifyError(heard.error));
        handle(heard.data);
      } catch (error) {
        ignore(error instanceof Error ? error.message : String(error));
      }
    },
    { description },
  );
}
