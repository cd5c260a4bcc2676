import type { z } from 'zod';
import { type Operations, operations } from '../operations/index.js';
import { type AnyOperation, pathNames } from '../operations/operation.js';
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

function methodOf(operation: AnyOperation, transport: Transport): (...args: unknown[]) => unknown {
  const names = pathNames(operation.http.path);
  return (...args) => {
    const { signal = never, ...options } = (args[names.length] ?? {}) as Abortable;
    const input = { ...options, ...Object.fromEntries(names.map((name, index) => [name, args[index]])) };
    return operation.effect === 'stream'
      ? transport.stream(operation, input, signal)
      : transport.call(operation, input, signal);
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
