import { describe, expect, it, vi } from 'vitest';
import { apiAway } from '../../../../client/remote/ask.js';
import { resumingStream } from '../../../../client/remote/stream.js';
import { MainspringError } from '../../../../operations/errors.js';
import { operations } from '../../../../operations/index.js';

/** A server with prepared answers, each of which may be cut off. It records the requests. */
function scripted(...bodies: (string | ReadableStream | Error)[]) {
  const asked: unknown[] = [];
  const send = async (input: unknown): Promise<Response> => {
    asked.push(input);
    const body = bodies.shift() ?? '';
    if (body instanceof Error) throw body;
    return new Response(body);
  };
  return { asked, send };
}

async function valuesOf(stream: AsyncGenerator<unknown, void, void>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

const away = (cause: unknown) => apiAway('http://x', cause);

const logs = (send: (input: Record<string, unknown>) => Promise<Response>) =>
  resumingStream(
    operations.jobs.logs,
    { job: 'j', tail: 3, follow: true },
    new AbortController().signal,
    send,
    away,
  );

/** A body that breaks off after its text. */
const broken = (text: string): ReadableStream =>
  new ReadableStream({
    start: (body) => body.enqueue(new TextEncoder().encode(text)),
    pull: (body) => body.error(new TypeError('terminated')),
  });

describe('a stream over the API', () => {
  it('goes on behind its last value after a connection broke, and ends with its last line', async () => {
    const { asked, send } = scripted(
      '{"data":{"jobKey":"ms-a-a1","lines":["a"],"next":2}}\n\n{"data":{"li',
      new MainspringError('unreachable', 'away', ''),
      '{"data":{"jobKey":"ms-a-a1","lines":["b"],"next":4}}\n{"end":true}\n',
    );
    expect(await valuesOf(logs(send))).toEqual([
      { jobKey: 'ms-a-a1', lines: ['a'], next: 2 },
      { jobKey: 'ms-a-a1', lines: ['b'], next: 4 },
    ]);
    expect(asked).toEqual([
      { job: 'j', tail: 3, follow: true },
      { job: 'ms-a-a1', follow: true, from: 2 },
      { job: 'ms-a-a1', follow: true, from: 2 },
    ]);
  });

  it('of a run goes on with the run that it showed, also when the name means several by now', async () => {
    const state = (stage: string) => `{"data":{"state":{"model":"tiny","run":"r","stage":"${stage}"}}}\n`;
    const { asked, send } = scripted(state('data'), `${state('done')}{"end":true}\n`);
    const { signal } = new AbortController();
    await valuesOf(resumingStream(operations.lifecycles.watch, { run: 'r' }, signal, send, away));
    expect(asked).toEqual([{ run: 'r' }, { run: 'tiny/r' }]);
  });

  it('that was quiet for long is taken up again, because its heartbeats came', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { send } = scripted(broken('{"data":1}\n'), broken('\n'), '{"data":2}\n{"end":true}\n');
      const values = logs(async (input) => {
        vi.advanceTimersByTime(700_000);
        return send(input);
      });
      expect(await valuesOf(values)).toEqual([1, 2]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('whose connection stays away ends as unreachable, also when it broke in the middle', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { send } = scripted(broken('{"data":1}\n'), broken(''), broken(''));
      const values = logs(async (input) => {
        vi.advanceTimersByTime(700_000);
        return send(input);
      });
      await expect(valuesOf(values)).rejects.toMatchObject({
        kind: 'unreachable',
        message: 'The API at http://x cannot be used: terminated',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves out a value that comes again unchanged', async () => {
    const looks = ['data', 'done'].map((stage) => JSON.stringify({ state: { model: 'm', run: 'r', stage } }));
    const { send } = scripted(
      `{"data":${looks[0]}}\n`,
      `{"data":${looks[0]}}\n{"data":${looks[1]}}\n{"end":true}\n`,
    );
    const watch = resumingStream(
      operations.lifecycles.watch,
      { run: 'r' },
      new AbortController().signal,
      send,
      away,
    );
    expect((await valuesOf(watch)).map((look) => JSON.stringify(look))).toEqual(looks);
  });

  it('raises an error of the operation, with its remedy', async () => {
    const problem = { detail: 'no such run', kind: 'not-found', remedy: 'Look.' };
    const { send } = scripted(`{"data":1}\n${JSON.stringify({ problem })}\n`);
    await expect(valuesOf(logs(send))).rejects.toMatchObject({ kind: 'not-found', remedy: 'Look.' });
  });

  it('raises an API that is away at once, before anything was answered', async () => {
    const { send } = scripted(new MainspringError('unreachable', 'away', ''));
    await expect(valuesOf(logs(send))).rejects.toThrow('away');
  });
});
