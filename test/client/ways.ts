import { join } from 'node:path';
import { buildServer } from '../../api/server.js';
import { type Mainspring, connect } from '../../client/index.js';
import { runCli } from '../../client/run-cli.js';
import { loadConfig } from '../../infra/config.js';
import { openServices } from '../../infra/open-services.js';
import type { ClientHarness } from '../support/client.js';

/** The ways in which a client reaches Mainspring: `servers` (directly) or `api` (the HTTP API). */
export const ways = ['servers', 'api'] as const;
export type Way = (typeof ways)[number];

export interface OneWay {
  mainspring: Mainspring;
  /** Runs the command line in this process. Its environment has only the variables that this way needs. */
  cli(
    args: string[],
    /** Receives the output while the command runs. */
    said?: { stdout: string; stderr: string },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

export interface BothWays {
  over: Record<Way, OneWay>;
  address: string;
  /** Warnings in the log of the API: answers that do not match their schema, and unexpected errors. */
  warnings: string[];
  close(): Promise<void>;
}

/** Opens both ways to the servers of one harness. The API runs in this process, on a port of its own. */
export async function openBothWays(
  harness: ClientHarness,
  change: Record<string, string> = {},
): Promise<BothWays> {
  const environment = { ...harness.environment, ...change };
  const warnings: string[] = [];
  const services = openServices(loadConfig(environment));
  const server = await buildServer({
    services,
    host: '127.0.0.1',
    scratch: join(harness.folder, 'uploads'),
    warn: (message, fields) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const cacheDir = join(harness.folder, 'cache-of-a-client');
  const mainsprings = {
    servers: connect({ environment }),
    api: connect({ address, cacheDir }),
  };
  const cliOf =
    (own: Record<string, string>): OneWay['cli'] =>
    async (args, said = { stdout: '', stderr: '' }) => {
      const { signal } = new AbortController();
      const stream = (name: keyof typeof said) =>
        ({ write: (chunk: string) => ((said[name] += chunk), true), isTTY: false }) as NodeJS.WriteStream;
      const to = { stdout: stream('stdout'), stderr: stream('stderr') };
      const exitCode = await runCli({ args, environment: own, ...to, user: 'ada', signal });
      return { exitCode, ...said };
    };
  return {
    over: {
      servers: { mainspring: mainsprings.servers, cli: cliOf(environment) },
      api: { mainspring: mainsprings.api, cli: cliOf({ MAINSPRING_ADDRESS: address }) },
    },
    address,
    warnings,
    close: async () => {
      await Promise.all([mainsprings.servers.close(), mainsprings.api.close()]);
      await server.close();
      await services.close();
    },
  };
}
