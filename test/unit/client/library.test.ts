import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../client/library.js';
import type { Transport } from '../../../client/transport.js';
import { allOperations, operations } from '../../../operations/index.js';
import { pathNames } from '../../../operations/operation.js';

/** A transport that notes its calls. */
function noted() {
  const calls: unknown[] = [];
  const transport = {
    call: async (_operation: unknown, input: unknown) => void calls.push(input),
    stream: async function* (_operation: unknown, input: unknown) {
      calls.push(input);
      yield 1;
    },
  } as unknown as Transport;
  return { calls, library: openLibrary(transport) };
}

type Method = (...args: unknown[]) => Promise<unknown> | AsyncGenerator;

/** Calls a function of the library. Of a stream the first value is waited for. */
async function reach(library: unknown, name: string, args: unknown[]): Promise<unknown> {
  const [group = '', verb = ''] = name.split('.');
  const method = (library as Record<string, Record<string, Method>>)[group]?.[verb];
  const answer = method?.(...args);
  return answer instanceof Promise ? answer : answer?.next();
}

const senseless: [string, unknown][] = [
  ['5', 5],
  ['"x"', 'x'],
  ['true', true],
  ['null', null],
  ['a list', []],
  ['a function', () => undefined],
  ['an object of type AbortSignal', new AbortController().signal],
  ['an object of type Promise', Promise.resolve({})],
];

describe.each(allOperations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (name, operation) => {
    const names = pathNames(operation.http.path).map(() => 'x');

    it.each(senseless)('refuses options that are %s, and asks nobody', async (shown, options) => {
      const { calls, library } = noted();
      await expect(reach(library, name, [...names, options])).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(`the options of ${name} is ${shown}, allowed: an object`) as string,
      });
      expect(calls).toEqual([]);
    });

    it.each([5, null, {}, 'abort', new AbortController()])(
      'refuses a signal that is no AbortSignal: %s',
      async (signal) => {
        const { calls, library } = noted();
        await expect(reach(library, name, [...names, { signal }])).rejects.toMatchObject({
          kind: 'usage',
          message: expect.stringMatching(/^signal is .*, allowed: an AbortSignal$/) as string,
        });
        expect(calls).toEqual([]);
      },
    );

    it('refuses more arguments than it takes', async () => {
      const { library } = noted();
      await expect(reach(library, name, [...names, {}, 5])).rejects.toMatchObject({
        kind: 'usage',
        message: `${name} takes at most ${names.length + 1} arguments, and got ${names.length + 2}`,
      });
    });
  },
);

it('a field that is an argument may not be an option too', async () => {
  const { library } = noted();
  await expect(library.lifecycles.status('a', { run: 'b' } as never)).rejects.toThrow(
    'run is passed twice to lifecycles.status',
  );
});

it('arguments and options become the input of the operation, without the signal', async () => {
  const { calls, library } = noted();
  const { signal } = new AbortController();
  await library.lifecycles.list();
  await library.lifecycles.list(Object.assign(Object.create(null) as object, { limit: 5 }));
  await library.budgets.ledger('vision', { limit: 3, signal });
  expect(calls).toEqual([{}, { limit: 5 }, { account: 'vision', limit: 3 }]);
  expect(Object.keys(operations.budgets.ledger.input.shape)).not.toContain('signal');
});
