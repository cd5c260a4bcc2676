import { setTimeout as pause } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Config } from '../infra/config.js';

const longestPauseMs = 5_000;
const limitMs = 120_000;

/**
 * Connect to Temporal, which may be starting too. Fails after two minutes; the supervisor then restarts the
 * process.
 */
export async function connect({ temporal }: Config, log: Logger): Promise<NativeConnection> {
  const { address, tls, apiKey } = temporal;
  const end = Date.now() + limitMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await NativeConnection.connect({ address, tls, ...(apiKey === undefined ? {} : { apiKey }) });
    } catch (error) {
      if (Date.now() > end)
        throw new Error(
          `Temporal at ${address} does not answer: check TEMPORAL_ADDRESS, TEMPORAL_TLS and TEMPORAL_API_KEY, or start it`,
          { cause: error },
        );
      log.warn({ address }, 'Temporal does not answer yet');
      await pause(pauseMs);
    }
  }
}
