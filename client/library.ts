import type { z } from 'zod';
import { type Operations, operations } from '../operations/index.js';
import { type AnyOperation, pathNames } from '../operations/operation.js';
import { optionsOf, signalOf } from './arguments.js';
import { MainspringError } from '../operations/errors.js';
import type { Transport } from './transport.js';

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? [Name, ...NamesIn<Rest>]
  : [];
type PathOf<Op extends AnyOperation> = Op['http']['path'];
type InputOf<Op extends AnyOperation> = z.input<Op['input']>;
type Positional<Names extends string[], Input> = {
  [Place in keyof Names]: Names[Place] extends keyof Input ? Input[Names[Place]] : never;
};

/** `signal` ends the wait for an answer, or a stream. */
export interface Abortable {
  signal?: AbortSignal | undefined;
}
type OptionsOf<Op extends AnyOperation> = Omit<InputOf<Op>, NamesIn<PathOf<Op>>[number]> & Abortable;
type Tail<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

/**
 * The function of an operation. The fields of its path are the first arguments; the other fields follow as one
 * object.
 */
export type MethodOf<Op extends AnyOperation> = (
  ...args: [...Positional<NamesIn<PathOf<Op>>, InputOf<Op>>, ...Tail<OptionsOf<Op>>]
) => Op['effect'] extends 'stream'
  ? AsyncGenerator<z.output<Op['output']>, void, void>
  : Promise<z.output<Op['output']>>;

/** Every operation as a function, by group and verb. */
export type Library = {
  [Group in keyof Operations]: {
    [Verb in keyof Operations[Group]]: Operations[Group][Verb] extends AnyOperation
      ? MethodOf<Operations[Group][Verb]>
      : never;
  };
};

const never = new AbortController().signal;

/**
 * Input and signal of a call, from the arguments of a function of the library.
 *
 * @throws MainspringError `usage` for arguments that the function does not take. The schema of the operation checks
 * the fields.
 */
function inputOf(
  operation: AnyOperation,
  args: readonly unknown[],
): { input: Record<string, unknown>; signal: AbortSignal } {
  const { name: call } = operation;
  const names = pathNames(operation.http.path);
  const others = Object.keys(operation.input.shape).filter((name) => !names.includes(name));
  const { signal, ...options } = optionsOf(call, args[names.length], [...others, 'signal']);
  const twice = names.find((name) => name in options);
  if (twice !== undefined)
    throw new MainspringError(
      'usage',
      `${twice} is passed twice to ${call}: as an argument, and in the object of its options`,
      `Leave it out of the options. Arguments: ${[...names, 'options'].join(', ')}.`,
    );
  if (args.slice(names.length + 1).some((more) => more !== undefined))
    throw new MainspringError(
      'usage',
      `${call} takes at most ${names.length + 1} arguments, and got ${args.length}`,
      `Arguments: ${[...names, 'options'].join(', ')}.`,
    );
  const named = Object.fromEntries(names.map((name, index) => [name, args[index]]));
  return { input: { ...options, ...named }, signal: signalOf(signal) ?? never };
}

function methodOf(operation: AnyOperation, transport: Transport): (...args: unknown[]) => unknown {
  // A wrong argument rejects the promise, or ends the stream at its first value, as every other error does.
  if (operation.effect === 'stream')
    return async function* (...args) {
      const { input, signal } = inputOf(operation, args);
      yield* transport.stream(operation, input, signal);
    };
  return async (...args) => {
    const { input, signal } = inputOf(operation, args);
    return transport.call(operation, input, signal);
  };
}

/** A library whose functions call the operations over a transport. */
export const openLibrary = (transport: Transport): Library =>
  Object.fromEntries(
    Object.entries(operations).map(([group, verbs]) => [
      group,
      Object.fromEntries(
        Object.entries<AnyOperation>(verbs).map(([verb, operation]) => [
          verb,
          methodOf(operation, transport),
        ]),
      ),
    ]),
  ) as unknown as Library;
