import type { z } from 'zod';
import type { Role } from '../contracts/spec/charter.js';
import type { Caller } from './caller.js';
import type { ErrorKind } from './errors.js';
import type { Services } from './ports/services.js';

/** `stream`: the operation changes nothing and answers with values one after the other. */
export type Effect = 'read' | 'write' | 'stream';

/** Allowed users of an operation: anyone, the operator of the installation, or holders of one of these roles. */
export type Who = 'anyone' | 'operator' | readonly Role[];

/** Errors that every operation may raise beside its own. */
export const COMMON_ERRORS: Partial<Record<ErrorKind, string>> = {
  usage: 'A field of the input is wrong (`issues` lists each), or the acting person is not named.',
  unreachable: 'A server or a worker does not answer.',
  failed: 'Something broke that has no kind of its own.',
};

type Answer<Output extends z.ZodType, E extends Effect> = E extends 'stream'
  ? AsyncGenerator<z.output<Output>, void, void>
  : Promise<z.output<Output>>;

/** One thing that people and programs can do. The library, the HTTP API and its OpenAPI document come from it. */
export interface Operation<
  Name extends string = string,
  Path extends string = string,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
  E extends Effect = Effect,
> {
  /** `<group>.<verb>`, the place in the record and in the library. */
  name: Name;
  /** One sentence without a full stop. */
  summary: string;
  /** Allowed users. It is documented and not enforced yet, because callers are not proved. */
  who: Who;
  effect: E;
  /**
   * Strict: an unknown field is refused. Fields of the path are the first arguments of the library's function, in
   * this order.
   */
  input: Input;
  /** Entries and fields of the input at most, all levels together. Default: `MAX_VALUES`. */
  maxValues?: number;
  output: Output;
  /**
   * The errors that the operation raises, with the reason for each, for the documentation. Left out: only
   * `COMMON_ERRORS`.
   */
  errors?: Partial<Record<ErrorKind, string>>;
  /** With GET, fields that are not in the path are query parameters; with POST they are the JSON body. */
  http: { method: 'GET' | 'POST'; path: Path };
  /**
   * The input that continues a stream behind its last value, after its connection broke. It names exactly what the last value
   * is about, because a name that a person writes may mean another thing by now. Default: the same input.
   */
  resume?: (input: z.input<Input>, last: z.output<Output>) => z.input<Input>;
  run: (
    services: Services,
    input: z.output<Input>,
    caller: Caller,
    /** Aborted if the caller goes away. */
    signal: AbortSignal,
  ) => Answer<Output, E>;
}

export const defineOperation = <
  const Name extends string,
  const Path extends string,
  Input extends z.ZodObject,
  Output extends z.ZodType,
  const E extends Effect,
>(
  operation: Operation<Name, Path, Input, Output, E>,
): Operation<Name, Path, Input, Output, E> => operation;

/** Any operation, for code that does not need its types. */
export type AnyOperation = Omit<Operation, 'run' | 'resume'> & {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as below
  resume?: (input: any, last: any) => Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the input of `run` is contravariant: no other type takes all.
  run: (...args: any[]) => unknown;
};

/** Names in a path, in their order: `/v1/a/{b}/c/{d}` has `b` and `d`. */
export const pathNames = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
