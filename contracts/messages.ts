/** Keeps the types of arguments and answer of a message, which exist for the compiler only. */
declare const types: unique symbol;

interface Message<Kind extends 'signal' | 'update' | 'query', Args extends unknown[], Answer> {
  readonly type: Kind;
  /** Wire format: recorded histories name it. */
  readonly name: string;
  readonly [types]?: { args: Args; answer: Answer };
}

export type SignalDefinition<Args extends unknown[] = []> = Message<'signal', Args, void>;
export type UpdateDefinition<Answer, Args extends unknown[] = []> = Message<'update', Args, Answer>;
export type QueryDefinition<Answer, Args extends unknown[] = []> = Message<'query', Args, Answer>;

/**
 * The messages that a running workflow takes, by name, with the types of arguments and answer. They are values of our own, so
 * that a program that only sends them loads nothing of Temporal. Workflows hand them to Temporal through `forTemporal`.
 */
export const defineUpdate = <Answer, Args extends [unknown, ...unknown[]] | [] = []>(
  name: string,
): UpdateDefinition<Answer, Args> => ({ type: 'update', name });

export const defineSignal = <Args extends [unknown, ...unknown[]] | [] = []>(
  name: string,
): SignalDefinition<Args> => ({ type: 'signal', name });

export const defineQuery = <Answer, Args extends [unknown, ...unknown[]] | [] = []>(
  name: string,
): QueryDefinition<Answer, Args> => ({ type: 'query', name });
