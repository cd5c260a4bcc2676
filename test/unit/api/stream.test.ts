import { describe, expect, it } from 'vitest';
import { toLines } from '../../../api/stream.js';
import { MainspringError } from '../../../operations/errors.js';

const limits = { heartbeatMs: 20, streamMs: 60_000 };

async function linesOf(values: AsyncGenerator<unknown, void, void>, own: Partial<typeof limits> = {}) {
  const lines: string[] = [];
  const { signal } = new AbortController();
  for await (const line of toLines({ first: values.next(), rest: values }, signal, { ...limits, ...own }))
    lines.push(line);
  return lines;
}

describe('a stream of lines', () => {
  it('ends with a line that says so', async () => {
    const values = async function* () {
      yield 1;
      yield 2;
    };
    expect(await linesOf(values())).toEqual(['{"data":1}\n', '{"data":2}\n', '{"end":true}\n']);
  });

  it('sends an empty line while nothing happens', async () => {
    const values = async function* () {
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield 1;
    };
    const lines = await linesOf(values());
    expect(lines[0]).toBe('\n');
    expect(lines.slice(-2)).toEqual(['{"data":1}\n', '{"end":true}\n']);
  });

  it('ends with the error, when one comes after the first value', async () => {
    const values = async function* () {
      yield 1;
      throw new MainspringError('unreachable', 'the store is away', 'Start it.');
    };
    const [, last = ''] = await linesOf(values());
    expect(JSON.parse(last)).toMatchObject({ problem: { status: 503, remedy: 'Start it.' } });
  });

  it('ends without a last line after its longest time, so that the client asks again', async () => {
    const values = async function* () {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield 1;
      }
    };
    const lines = await linesOf(values(), { streamMs: 30 });
    expect(lines.at(-1)).toBe('{"data":1}\n');
  });
});
