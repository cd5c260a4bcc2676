import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mainspring, connect } from '../../../client/index.js';
import { untilClosed } from '../../../client/until-closed.js';
import type { Transport } from '../../../client/transport.js';
import { MainspringError } from '../../../operations/errors.js';

const closed = {
  kind: 'usage',
  message: 'this connection is closed',
  remedy: expect.stringContaining('connect(') as string,
};

const calls: Record<string, (mainspring: Mainspring) => Promise<unknown>> = {
  'a call': ({ lifecycles }) => lifecycles.list(),
  'a stream': ({ lifecycles }) => lifecycles.watch('m/r').next(),
  'a report': ({ lifecycles }) => lifecycles.report('m/r'),
  'a backfill': ({ models }) => models.backfill('m', { from: '2001-02-01', to: '2001-02-02' }),
  'an upload': ({ artifacts }) => artifacts.put('package.json', 'application/json'),
  'a download': ({ artifacts }) =>
    artifacts.fetch({ uri: 's3://a/b', sha256: '1'.repeat(64), bytes: 1, mediaType: 'text/csv' }),
};

describe.each([
  ['the API', { address: 'http://127.0.0.1:1' }],
  ['the servers', { environment: { MAINSPRING_DATA_DIR: '/nonexistent' } }],
])('after a connection to %s was closed', (_where, options) => {
  it.each(Object.entries(calls))('%s is refused, and says what to do', async (_what, call) => {
    const mainspring = connect(options);
    await mainspring.close();
    await expect(call(mainspring)).rejects.toMatchObject(closed);
  });

  it('it may be closed again, and a model file may still be explained', async () => {
    const mainspring = connect(options);
    await mainspring.close();
    await mainspring.close();
    expect(mainspring.specs.explain('approval').length).toBeGreaterThan(1);
  });
});

describe('a call under way', () => {
  let address: string;
  const server = createServer();
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is told that its connection was closed', async () => {
    const mainspring = connect({ address });
    const asked = new Promise((resolve) => server.once('request', resolve));
    const refused = expect(mainspring.lifecycles.list()).rejects.toMatchObject(closed);
    await asked;
    await mainspring.close();
    await refused;
  });

  it('that its caller ends gets the reason of the caller', async () => {
    const mainspring = connect({ address });
    const abort = new AbortController();
    const asked = new Promise((resolve) => server.once('request', resolve));
    const refused = expect(mainspring.lifecycles.list({ signal: abort.signal })).rejects.toThrow('enough');
    await asked;
    abort.abort(new Error('enough'));
    await mainspring.close();
    await refused;
  });

  it.each([
    ['ends', async () => undefined],
    ['breaks', async () => Promise.reject(new TypeError('terminated'))],
  ])('that is a stream, which %s with the connection, is told so', async (_how, end) => {
    let release = (): void => undefined;
    const transport = untilClosed({
      stream: async function* () {
        yield 1;
        await new Promise<void>((resolve) => (release = resolve));
        await end();
      },
      close: async () => undefined,
    } as unknown as Transport);
    const values = transport.stream(undefined as never, {}, new AbortController().signal);
    await values.next();
    const refused = expect(values.next()).rejects.toMatchObject(closed);
    await transport.close();
    release();
    await refused;
  });

  it('keeps an answer that the operation gave', async () => {
    const answer = new MainspringError('refused', 'a rule', '');
    let give = (): void => undefined;
    const transport = untilClosed({
      call: () => new Promise((_resolve, reject) => (give = () => reject(answer))),
      close: async () => undefined,
    } as unknown as Transport);
    const refused = expect(transport.call(undefined as never, {}, new AbortController().signal)).rejects.toBe(
      answer,
    );
    await transport.close();
    give();
    await refused;
  });
});
