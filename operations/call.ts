import type { Caller } from './caller.js';
import type { AnyOperation } from './operation.js';
import { parseInput } from './parse-input.js';
import type { Services } from './ports/services.js';
import { withServerAway } from './unreachable.js';
import { withFullDisk } from './with-full-disk.js';

export interface Call {
  operation: AnyOperation;
  services: Services;
  /** The input as received. It is checked by `call`. */
  input: unknown;
  caller: Caller;
  signal: AbortSignal;
}

/**
 * Run an operation that answers once. Every caller comes through here, or through `callStream`.
 *
 * @throws MainspringError; InputError for fields that are wrong
 */
export async function call({ operation, services, input, caller, signal }: Call): Promise<unknown> {
  const parsed = parseInput(operation, input);
  try {
    return await operation.run(services, parsed, caller, signal);
  } catch (error) {
    throw await withFullDisk(withServerAway(error), services);
  }
}

/**
 * Run an operation that answers with a stream of values.
 *
 * @throws as `call`
 */
export async function* callStream({
  operation,
  services,
  input,
  caller,
  signal,
}: Call): AsyncGenerator<unknown, void, void> {
  const parsed = parseInput(operation, input);
  try {
    yield* operation.run(services, parsed, caller, signal) as AsyncGenerator<unknown, void, void>;
  } catch (error) {
    throw await withFullDisk(withServerAway(error), services);
  }
}
