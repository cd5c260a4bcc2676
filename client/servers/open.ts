import { type Config, loadConfig } from '../../infra/config.js';
import { openServices } from '../../infra/open-services.js';
import type { Caller } from '../../operations/caller.js';
import type { Transport } from '../transport.js';
import { serversTransport } from './transport.js';

/**
 * Connects to the servers themselves. It is the only file of the client that imports their adapters, and it is loaded
 * only without an API address.
 */
export const openServers = (
  { environment, config }: { environment: Record<string, string | undefined>; config?: Config | undefined },
  caller: Caller,
): Transport => serversTransport(openServices(config ?? loadConfig(environment)), caller);
