import { call, callStream } from '../../operations/call.js';
import type { Caller } from '../../operations/caller.js';
import type { Services } from '../../operations/ports/services.js';
import type { Transport } from '../transport.js';

/** A transport that runs the operations in this process, with direct access to the servers. */
export const serversTransport = (services: Services, caller: Caller): Transport => ({
  call: (operation, input, signal) => call({ operation, services, input, caller, signal }),
  stream: (operation, input, signal) => callStream({ operation, services, input, caller, signal }),
  files: {
    put: async (path, mediaType) => (await services.storage()).artifacts.putFile(path, mediaType),
    fetch: async (ref) => (await services.storage()).artifacts.fetch(ref),
  },
  close: () => services.close(),
});
