import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../../../client/run-cli.js';

const job = { jobKey: 'ms-a-a1', intent: 'm/r/t', attempt: 1, state: 'running', backend: 'local' };
const state = { model: 'm', run: 'r', outcome: null as string | null };

/** An API that answers a stream with one value, and then with nothing or with its end. A cancel has no answer. */
async function anApi(value: unknown, ends: boolean, asked: () => void = () => undefined): Promise<string> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (/\/cancel/.test(request.url ?? '')) return void (open.add(response), asked());
    if (!/\/(watch|logs)/.test(request.url ?? '')) return void response.end(JSON.stringify(job));
    open.add(response);
    response.write(`${JSON.stringify({ data: value })}\n`);
    if (ends) response.end('{"end":true}\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const response of open) response.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs a command that is interrupted as soon as it has said something. */
async function exitCodeOf(
  args: string[],
  address: string,
  interrupt = new AbortController(),
): Promise<number> {
  const stream = (write: () => void) => ({ write: () => (write(), true), isTTY: false }) as never;
  return runCli({
    args: [...args, '--json', '--address', address],
    environment: {},
    stdout: stream(() => interrupt.abort()),
    stderr: stream(() => undefined),
    user: 'ada',
    signal: interrupt.signal,
  });
}

it.each([
  [['watch', 'm/r'], { state, ended: null }],
  [['logs', 'm/r', '--follow'], { jobKey: 'ms-a-a1', lines: ['step 1'], next: 6 }],
])('%j that is interrupted ends with 130, so that a script does not go on', async (args, value) => {
  expect(await exitCodeOf(args, await anApi(value, false))).toBe(130);
});

it('watch of a run that was promoted ends with 0, also when it is interrupted then', async () => {
  const done = { state: { ...state, outcome: 'promoted' }, ended: null };
  expect(await exitCodeOf(['watch', 'm/r'], await anApi(done, true))).toBe(0);
});

it('a command without an answer ends with 130 when it is interrupted', async () => {
  const interrupt = new AbortController();
  const api = await anApi({}, false, () => interrupt.abort());
  expect(await exitCodeOf(['cancel', 'm/r', '--reason', 'enough'], api, interrupt)).toBe(130);
});
