import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, findDataDir, loadConfig } from '../config.js';
import { migrate } from '../migrations/migrate.js';
import { prepareDatabase, prepareObjectStore, prepareTemporal } from './external.js';
import { endLeftovers } from './leftovers.js';
import { endProcess } from './child.js';
import { tryLock } from './lock.js';
import { boundLogs } from './logs.js';
import { gatewayPart, poolPart, pools } from './parts.js';
import { type Address, localServers } from './local-servers.js';
import { type PortName, choosePorts } from './stack-ports.js';
import { openState } from './state.js';
import { type PartEvents, type PartStatus, type Supervised, supervise } from './supervise.js';
import { ensureTools } from './tools.js';

export interface StackOptions {
  /** The environment: it names the servers that are not to be started here, ports, keys. */
  env: NodeJS.ProcessEnv;
  /** Wins over MAINSPRING_DATA_DIR; default: `.mainspring` here or in a directory above. */
  dataDir?: string;
  /** Free ports instead of the defaults: for several stacks on one machine. */
  autoPorts?: boolean;
  /** A line for people: a restart, a leftover. */
  say?: (line: string) => void;
  /** Called once, early: whoever shows health can show the start too. */
  watch?: (status: () => PartStatus[]) => void;
  /** Gives up a start that is under way. */
  signal?: AbortSignal;
}

export interface Stack {
  config: Config;
  addresses: Address[];
  /** One entry a process, in the order of their start. */
  status: () => PartStatus[];
  /** Pools drain, then gateway, Temporal, PostgreSQL, S3; safe to call twice. */
  stop: () => Promise<void>;
}

/** Another stack uses this data directory. */
export class StackRunning extends Error {
  override readonly name = 'StackRunning';
}

/** Start everything that a lifecycle needs, supervised, and return when all of it answers. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const say = options.say ?? (() => undefined);
  const dataDir = resolve(options.dataDir ?? findDataDir(options.env, process.cwd()));
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const lock = tryLock(join(dataDir, 'stack.lock'));
  if (lock.holder)
    throw new StackRunning(
      `a stack runs already in ${dataDir} (pid ${lock.holder.pid}): stop it with Ctrl-C there or with mainspring down, ` +
        'or use another directory: npm start -- --data-dir <directory> --ports auto',
    );

  const file = openState(dataDir);
  const servers: Supervised[] = [];
  const workers: Supervised[] = [];
  let gateway: Supervised | undefined;
  const logs = boundLogs(join(dataDir, 'logs'));
  let stopped: Promise<void> | undefined;

  const stopAll = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await gateway?.stop();
    for (const server of servers) await server.stop();
    logs.stop();
    lock.release();
  };
  const status = (): PartStatus[] =>
    [...servers, ...workers, ...(gateway ? [gateway] : [])].map((part) => part.status());
  const stop = (): Promise<void> => (stopped ??= stopAll());
  const events: PartEvents = {
    spawned: (name, process) => file.hold(name, process),
    gone: (name) => file.drop(name),
    say,
  };

  try {
    options.signal?.addEventListener('abort', () => void stop(), { once: true });
    options.watch?.(status);
    await endLeftovers(file, say);
    const given = options.env;
    const wanted = new Set<PortName>([
      ...(given['TEMPORAL_ADDRESS'] ? [] : (['temporal', 'temporalUi'] as const)),
      ...(given['MAINSPRING_POSTGRES_URL'] ? [] : (['postgres'] as const)),
      ...(given['MAINSPRING_S3_ENDPOINT'] ? [] : (['objectStore'] as const)),
      'gateway',
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
    const local = localServers({ wanted, ports, bin, dataDir, env: given });
    // Drawn once: the label on every job of this installation, so that two of them can share a job engine.
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

    options.signal?.throwIfAborted();
    const logsDir = join(dataDir, 'logs');
    workers.push(...pools.map((pool) => supervise(poolPart(pool, { env, logsDir }), events)));
    const serving = supervise(gatewayPart(config.gateway.url, { env, logsDir }), events);
    gateway = serving;
    await allReady([...workers, serving]);
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
 * Stop the stack of a data directory from outside; also one whose supervisor was killed.
 *
 * @returns false when nothing was running
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
