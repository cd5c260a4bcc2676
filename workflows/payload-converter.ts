import { type Payload, type PayloadConverter, defaultPayloadConverter } from '@temporalio/common';

/** Stands for a payload that is not what its encoding says. No schema takes it, so each door refuses it with this text. */
interface UnreadablePayload {
  unreadable: string;
}

/**
 * Temporal's converter for workflows, but a payload that cannot be read is a value and no error. Anybody may send a signal with
 * broken bytes; an error while they are read would fail the workflow task for ever, before any of our code runs.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: <T>(payload: Payload): T => {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch (error) {
      const unreadable = `not a readable payload: ${error instanceof Error ? error.message : String(error)}`;
      return { unreadable } satisfies UnreadablePayload as T;
    }
  },
};
