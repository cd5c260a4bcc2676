import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { searchAttributeTypes } from '../../../contracts/search-attributes.js';
import { describeNamespaces } from '../../adapters/temporal/describe-namespaces.js';
import { startChild } from '../child.js';
import { type Server, type ServerOptions, untilReady } from './server.js';

export interface TemporalOptions extends ServerOptions {
  /** Directory of the `temporal` binary. */
  bin: string;
  port: number;
  uiPort: number;
  /** Namespaces to create beside `default`. */
  namespaces?: string[];
  /** True keeps histories in memory and allows the server's time skipping. For tests. Default: false. */
  forTests?: boolean;
}

export interface TemporalServer extends Server {
  address: string;
  uiUrl: string;
}

// The dev server's defaults delay a dispatch by up to 50 ms and a timer by up to 1 s, and reject bursts.
const quick = [
  'history.transferProcessorMaxPollRPS=200',
  'history.timerProcessorMaxPollRPS=200',
  'history.timerProcessorMaxTimeShift="10ms"',
  'frontend.namespaceRPS=100000',
  'frontend.rps=100000',
  'history.rps=100000',
  'matching.rps=100000',
  'frontend.persistenceMaxQPS=100000',
  'history.persistenceMaxQPS=100000',
  'matching.persistenceMaxQPS=100000',
  'frontend.enableServerVersionCheck=false',
  // After so many failed tasks in a row the server marks a workflow as one that cannot go on.
  'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=3',
];

const each = (flag: string, values: string[]): string[] => values.flatMap((value) => [flag, value]);

/**
 * The official Temporal CLI as a server, with the Web UI. Its SQLite journal (WAL, synchronous=NORMAL) survives
 * kill -9, but not a power loss.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const address = `127.0.0.1:${options.port}`;
  const child = startChild({
    command: join(options.bin, 'temporal'),
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
      ...['--port', String(options.port), '--ui-port', String(options.uiPort)],
      ...(options.forTests ? [] : persistence(join(options.dataDir, 'temporal.db'))),
      ...each('--namespace', options.namespaces ?? []),
      ...each(
        '--search-attribute',
        Object.entries(searchAttributeTypes).map(([name, type]) => `${name}=${type}`),
      ),
      ...each('--dynamic-config-value', [
        ...quick,
        ...(options.forTests ? ['frontend.WorkflowTimeSkippingEnabled=true'] : []),
      ]),
    ],
    env: options.env,
    cwd: options.dataDir,
    logFile: options.logFile,
  });
  options.onSpawn?.(child);

  await untilReady('Temporal', child, options.logFile, () =>
    describeNamespaces(address, ['default', ...(options.namespaces ?? [])]),
  );
  return {
    ...child,
    name: 'temporal',
    address,
    uiUrl: `http://127.0.0.1:${options.uiPort}`,
    stop: () => child.stop('SIGTERM', 8_000),
  };
}

const persistence = (file: string): string[] => [
  '--db-filename',
  file,
  ...each('--sqlite-pragma', ['journal_mode=wal', 'synchronous=normal']),
];
