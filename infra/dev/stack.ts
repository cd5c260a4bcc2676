import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, findDataDir, loadConfig } from '../config.js';
import { migrate } from '../migrations/migrate.js';
import { checkAges } from '../store-ages/check-ages.js';
import { prepareTemporal } from '../adapters/temporal/prepare-temporal.js';
import { prepareDatabase, prepareObjectStore } from './external.js';
import { endLeftovers } from './leftovers.js';
import { endProcess } from './child.js';
import { tryLock } from './lock.js';
import { watchDisk } from './disk-watch.js';
import { boundLogs } from './logs.js';
import { apiPart, gatewayPart, poolPart, pools } from './parts.js';
import { type Address, localServers } from './local-servers.js';
import { openKeys } from './private/keys.js';
import { makePrivate } from './private/private-files.js';
import { type PortName, choosePorts } from './stack-ports.js';
import { openState } from './state.js';
import { type PartEvents, type PartStatus, type Supervised, supervise } from './supervise.js';
import { ensureTools } from './tools.js';

export interface StackOptions {
  /** The environment: addresses of external servers, ports and keys. */
  env: NodeJS.ProcessEnv;
  /**
   * Takes precedence over MAINSPRING_DATA_DIR. Default: `.mainspring` in the current directory or in one above it.
   */
  dataDir?: string;
  /** True chooses free ports instead of the defaults, so that several stacks can share a machine. Default: false. */
  autoPorts?: boolean;
  /** Prints a line for people, e.g. about a restart. */
  say?: (line: string) => void;
  /** Called once at the beginning of the start, so that the start itself can be shown. */
  watch?: (status: () => PartStatus[], notice: () => string) => void;
  /** Aborts a start. */
  signal?: AbortSignal;
}

export interface Stack {
  config: Config;
  addresses: Address[];
  /** One entry per process, in the order of their start. */
  status: () => PartStatus[];
  /** Stops everything: pools drain first, then gateway and API, Temporal, PostgreSQL, S3. May be called twice. */
  stop: () => Promise<void>;
}

/** Another stack is using this data directory. */
export class StackRunning extends Error {
  override readonly name = 'StackRunning';
}

/** Start everything that a lifecycle needs, under supervision. Returns when every part answers. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const say = options.say ?? (() => undefined);
  const dataDir = resolve(options.dataDir ?? findDataDir(options.env, process.cwd()));
  makePrivate(dataDir);
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const lock = tryLock(join(dataDir, 'stack.lock'));
  if (lock.holder)
    throw new StackRunning(
      `a stack runs already in ${dataDir} (pid ${lock.holder.pid}): stop it with Ctrl-C there or with mainspring down, ` +
        'or use another directory: npm start -- --data-dir <directory> --ports auto',
    );

  const file = openState(dataDir);
  const servers: Supervised[] = [];
  const workers: Supervised[] = [];
  const doors: Supervised[] = [];
  const logs = boundLogs(join(dataDir, 'logs'));
  const disk = watchDisk([dataDir, tmpdir()], say);
  let stopped: Promise<void> | undefined;

  const stopAll = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all(doors.map((door) => door.stop()));
    for (const server of servers) await server.stop();
    logs.stop();
    disk.stop();
    lock.release();
  };
  const status = (): PartStatus[] => [...servers, ...workers, ...doors].map((part) => part.status());
  const stop = (): Promise<void> => (stopped ??= stopAll());
  /** A process that cannot be recorded now, on a full disk, runs all the same; the next record names it too. */
  const record = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      say(`stack.json cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const events: PartEvents = {
    spawned: (name, process) => record(() => file.hold(name, process)),
    gone: (name) => record(() => file.drop(name)),
    say,
  };

  try {
    options.signal?.addEventListener('abort', () => void stop(), { once: true });
    options.watch?.(status, disk.notice);
    await endLeftovers(file, say);
    const given = options.env;
    const wanted = new Set<PortName>([
      ...(given['TEMPORAL_ADDRESS'] ? [] : (['temporal', 'temporalUi'] as const)),
      ...(given['MAINSPRING_POSTGRES_URL'] ? [] : (['postgres'] as const)),
      ...(given['MAINSPRING_S3_ENDPOINT'] ? [] : (['objectStore'] as const)),
      'gateway',
      'api',
    ]);
    const ports = await choosePorts({
      wanted,
      env: given,
      remembered: file.state.ports,
      auto: options.autoPorts ?? false,
    });
    file.setPorts(ports);

    const needsTools = wanted.has('temporal') || wanted.has('objectStore');
    const bin = needsTools
      ? await ensureTools(given, ({ version }) => say(`installing the server binaries (Python ${version})`))
      : '';
    const local = localServers({ wanted, ports, bin, dataDir, keys: openKeys(dataDir), env: given });
    // Drawn once per installation. It labels every job, so that two installations can share a job engine.
    const engineId =
      file.state.environment['MAINSPRING_ENGINE_ID'] ?? `local-${randomBytes(4).toString('hex')}`;
    const environment = { MAINSPRING_ENGINE_ID: engineId, ...local.environment };
    file.setEnvironment(environment);
    const env: NodeJS.ProcessEnv = {
      ...environment,
      MAINSPRING_LOG_FORMAT: 'pretty',
      ...given,
      MAINSPRING_DATA_DIR: dataDir,
    };
    const config = loadConfig(env);

    options.signal?.throwIfAborted();
    servers.push(...local.parts.map((part) => supervise(part, events)));
    await allReady(servers);
    await Promise.all([
      wanted.has('temporal') ? undefined : prepareTemporal(config),
      wanted.has('objectStore') ? undefined : prepareObjectStore(config),
      (wanted.has('postgres') ? Promise.resolve() : prepareDatabase(config)).then(() =>
        migrate(config.postgres.url),
      ),
    ]);

    await checkAges(config);

    options.signal?.throwIfAborted();
    const logsDir = join(dataDir, 'logs');
    workers.push(...pools.map((pool) => supervise(poolPart(pool, { env, logsDir }), events)));
    doors.push(
      supervise(gatewayPart(config.gateway.url, { env, logsDir }), events),
      supervise(apiPart(config.api.url, { env, logsDir }), events),
    );
    await allReady([...workers, ...doors]);
    return {
      config,
      addresses: local.addresses(config),
      status,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function allReady(parts: Supervised[]): Promise<void> {
  await Promise.all(parts.map((part) => part.ready));
}

/**
 * Stop the stack of a data directory from another process, even if its supervisor was killed.
 *
 * @returns false if nothing was running
 */
export async function stopStack(
  dataDir: string,
  say: (line: string) => void = () => undefined,
): Promise<boolean> {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'stack.lock');
  const lock = tryLock(path);
  if (lock.holder) {
    await endProcess(lock.holder, 'SIGTERM', 60_000);
    return true;
  }
  try {
    const file = openState(dataDir);
    const found = Object.keys(file.state.processes).length > 0;
    await endLeftovers(file, say);
    return found;
  } finally {
    lock.release();
  }
}
