import type { Caller } from '../../operations/caller.js';
import { CALLER_HEADER } from '../../operations/caller.js';
import { type AnyOperation, pathNames } from '../../operations/operation.js';
import { parseInput } from '../../operations/parse-input.js';
import type { Transport } from '../transport.js';
import { remoteFiles } from './files.js';
import { apiAway, ask, jsonOf } from './ask.js';
import { resumingStream } from './stream.js';

/** Address, method and body of an operation's request. */
function requestOf(
  operation: AnyOperation,
  input: Record<string, unknown>,
): { path: string; init: RequestInit } {
  const { method, path } = operation.http;
  const inPath = pathNames(path);
  const filled = inPath.reduce(
    (text, name) => text.replace(`{${name}}`, encodeURIComponent(String(input[name]))),
    path,
  );
  const rest = Object.entries(input).filter(([name, value]) => !inPath.includes(name) && value !== undefined);
  if (method === 'GET') {
    const query = new URLSearchParams(
      rest.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return { path: query === '' ? filled : `${filled}?${query}`, init: { method } };
  }
  return {
    path: filled,
    init: {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(rest)),
    },
  };
}

export interface RemoteOptions {
  /** Address without a slash at its end. */
  address: string;
  caller: Caller;
  /** Folder for local copies of artifacts. */
  cacheDir: string;
}

/** A transport over the HTTP API. It needs only the address. */
export function remoteTransport({ address, caller, cacheDir }: RemoteOptions): Transport {
  const closed = new AbortController();
  const headers: Record<string, string> =
    caller.name === '' ? {} : { [CALLER_HEADER]: encodeURIComponent(caller.name) };
  const send = (operation: AnyOperation, input: unknown, signal: AbortSignal): Promise<Response> => {
    const { path, init } = requestOf(operation, input as Record<string, unknown>);
    return ask(address, path, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
      signal: AbortSignal.any([signal, closed.signal]),
    });
  };
  return {
    call: async (operation, input, signal) => {
      parseInput(operation, input);
      const response = await send(operation, input, signal);
      return jsonOf(address, response).catch((error: unknown) => {
        // A wait that the caller ended has the caller's reason.
        signal.throwIfAborted();
        throw error;
      });
    },
    stream: async function* (operation, input, signal) {
      parseInput(operation, input);
      const either = AbortSignal.any([signal, closed.signal]);
      yield* resumingStream(
        operation,
        input as Record<string, unknown>,
        either,
        (next) => send(operation, next, signal),
        (cause) => apiAway(address, cause),
      );
    },
    files: remoteFiles({ address, headers, cacheDir, signal: closed.signal }),
    close: async () => closed.abort(),
  };
}
