import type { Transport } from './transport.js';

/** A transport that the first operation opens. After a failure the next operation tries again. */
export function lazyTransport(open: () => Promise<Transport>): Transport {
  let opened: Promise<Transport> | undefined;
  const get = (): Promise<Transport> =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  return {
    call: async (...args) => (await get()).call(...args),
    stream: async function* (...args) {
      yield* (await get()).stream(...args);
    },
    files: {
      put: async (...args) => (await get()).files.put(...args),
      fetch: async (...args) => (await get()).files.fetch(...args),
    },
    close: async () => {
      const transport = await opened?.catch(() => undefined);
      await transport?.close();
    },
  };
}
