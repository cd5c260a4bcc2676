import type * as temporal from '@temporalio/common';
import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '../contracts/messages.js';

type Args = [unknown, ...unknown[]] | [];

export function forTemporal<A extends Args>(message: SignalDefinition<A>): temporal.SignalDefinition<A>;
export function forTemporal<R, A extends Args>(
  message: UpdateDefinition<R, A>,
): temporal.UpdateDefinition<R, A>;
export function forTemporal<R, A extends Args>(
  message: QueryDefinition<R, A>,
): temporal.QueryDefinition<R, A>;
/** A message of contracts/ in the type that Temporal's `setHandler`, `signal`, `executeUpdate` and `query` take. */
export function forTemporal(message: object): unknown {
  return message;
}
