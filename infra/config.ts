import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import {
  type BackendConnections,
  backendConnections,
  backendSecrets,
  backendVariables,
} from './adapters/jobs/connections.js';
import { decimal, digits, flag, nameList, text } from './variables.js';

/** Folder of all files of a local stack. */
export const DATA_DIR_NAME = '.mainspring';

const port = digits('a port, 1–65535', { most: 65_535 });

/**
 * Every environment variable of Mainspring with its allowed values and its default (the ports of the local stack).
 */
export const Environment = z.object({
  MAINSPRING_ENGINE_ID: text.optional(),
  MAINSPRING_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'], { error: 'trace, debug, info, warn or error' })
    .default('info'),
  MAINSPRING_LOG_FORMAT: z.enum(['json', 'pretty'], { error: 'json or pretty' }).default('json'),
  MAINSPRING_PYTHON: text.default('python3'),
  MAINSPRING_WORKER_CONCURRENCY: digits('a whole number, at least 1').optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^:/\s]+:\d+$/, 'host:port, without a scheme')
    .default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: text.default('default'),
  TEMPORAL_API_KEY: text.optional(),
  TEMPORAL_TLS: flag.default(false),
  MAINSPRING_TEMPORAL_UI: z.url('an address like http://127.0.0.1:8233').default('http://127.0.0.1:8233'),
  MAINSPRING_POSTGRES_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'postgres://user:password@host:port/database')
    .default('postgres://mainspring:mainspring@127.0.0.1:5433/mainspring'),
  MAINSPRING_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'an address like https://s3.example.org or http://127.0.0.1:8333' })
    .default('http://127.0.0.1:8333'),
  MAINSPRING_S3_ACCESS_KEY: text.default('mainspring'),
  MAINSPRING_S3_SECRET_KEY: text.default('mainspring-secret'),
  MAINSPRING_S3_REGION: text.default('us-east-1'),
  MAINSPRING_S3_BUCKET: z.string().min(3, 'a bucket name, at least 3 characters').default('mainspring'),
  MAINSPRING_S3_SOURCE_BUCKETS: text.optional(),
  MAINSPRING_GATEWAY_HOST: text.default('127.0.0.1'),
  MAINSPRING_GATEWAY_PORT: port.default(8080),
  MAINSPRING_GATEWAY_ID: text.optional(),
  MAINSPRING_API_HOST: text.default('127.0.0.1'),
  MAINSPRING_API_PORT: port.default(8090),
  MAINSPRING_API_NAMES: text.optional(),
  MAINSPRING_ADDRESS: z.url('an address like http://127.0.0.1:8090').optional(),
  MAINSPRING_JOBS_DIR: text.optional(),
  MAINSPRING_REAPER_MINUTES: decimal('a number of minutes, at least 0.1', { least: 0.1 }).default(5),
  MAINSPRING_JOB_DISK_GIB: decimal('a number of GiB, at least 0.01', { least: 0.01 }).default(50),
  MAINSPRING_KEEP_JOBS_DAYS: decimal('a number of days, at least 0').default(7),
  MAINSPRING_ACCEPT_STORE_AGES: digits('the number of a mark', { least: 0 }).optional(),
  MAINSPRING_KEEP_LOGS_DAYS: decimal('a number of days, at least 0').default(90),
  ...backendVariables,
});

const secret = new Set<string>([
  'TEMPORAL_API_KEY',
  'MAINSPRING_POSTGRES_URL',
  'MAINSPRING_S3_SECRET_KEY',
  ...backendSecrets,
]);

export interface Config {
  dataDir: string;
  /** Label of this installation on its jobs. Default: the random one of its database. */
  engineId?: string;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  logFormat: 'json' | 'pretty';
  python: string;
  /** Most activities at once in one worker process. Default: each pool's own. */
  workerConcurrency?: number;
  temporal: { address: string; namespace: string; apiKey?: string; tls: boolean; uiUrl: string };
  postgres: { url: string };
  objectStore: {
    endpoint: string;
    port: number;
    useSsl: boolean;
    accessKey: string;
    secretKey: string;
    region: string;
    bucket: string;
    /** Buckets from which a source of a spec may be copied. `bucket` is always one of them. */
    sourceBuckets: string[];
  };
  gateway: { id: string; host: string; port: number; url: string };
  /** `names`: host names by which clients may call the API, beside its host and IP addresses. */
  api: { host: string; port: number; url: string; names: string[] };
  /** Folder of jobs, their environments and inputs. On a cluster: a disk that all machines see at this path. */
  jobsDir: string;
  /** Most bytes that a trainer may write into its folder. */
  jobDiskBytes: number;
  /**
   * Times of the reaper: between two passes, between the first sighting and the action, and how long job folders
   * are kept.
   */
  reaper: { everyMs: number; apartMs: number; keepSucceededMs: number; keepOthersMs: number };
  /** The newest mark of stores of different ages that an operator lets go on. */
  acceptStoreAges?: number;
  /** How long logs and curves of ended attempts are kept. */
  keepLogsMs: number;
  /** Connections of the job backends; null for one that is not connected. */
  backends: BackendConnections;
}

/**
 * An environment variable with an unusable value. The message names the variable, its value, the allowed values and
 * the remedy.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Variables = Record<string, string | undefined>;

/**
 * The data directory: the named one, else the nearest one upwards that a stack has used, else one in the current
 * directory.
 */
export function findDataDir(env: Variables, cwd: string): string {
  if (env['MAINSPRING_DATA_DIR']) return resolve(cwd, env['MAINSPRING_DATA_DIR']);
  for (let at = resolve(cwd); ; at = dirname(at)) {
    if (existsSync(join(at, DATA_DIR_NAME, 'stack.json'))) return join(at, DATA_DIR_NAME);
    if (at === dirname(at)) return resolve(cwd, DATA_DIR_NAME);
  }
}

/** Addresses of the local stack, as its start wrote them. Environment variables take precedence. */
function localStack(dataDir: string): Variables {
  const file = join(dataDir, 'stack.json');
  if (!existsSync(file)) return {};
  const parsed = z
    .object({ environment: z.record(z.string(), z.string()) })
    .safeParse(parseJson(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data.environment;
  throw new ConfigError(`${file} cannot be read as the record of a stack: remove it and run npm start again`);
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The reaper acts at the third pass at the latest, so that a job on its way, or a restarted workflow, has two
 * passes to appear.
 */
function reaperTimes(minutes: number, days: number): Config['reaper'] {
  const everyMs = Math.round(minutes * MINUTE_MS);
  const keepOthersMs = Math.round(days * DAY_MS);
  return {
    everyMs,
    apartMs: 2 * everyMs,
    // The results of successful attempts are in the object store.
    keepSucceededMs: Math.min(keepOthersMs, DAY_MS),
    keepOthersMs,
  };
}

/**
 * Parse the environment once and return it as a value. No other function reads the environment.
 *
 * @throws ConfigError
 */
export function loadConfig(env: Variables, cwd = process.cwd()): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const dataDir = findDataDir(given, cwd);
  const merged = { ...localStack(dataDir), ...given };
  const parsed = Environment.safeParse(merged);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: [variable], message }) => {
      const name = String(variable);
      const value = secret.has(name) ? '(not shown)' : JSON.stringify(merged[name]);
      return `${name} is ${value}, allowed: ${message}. Set it so, or unset it for the default.`;
    });
    throw new ConfigError(problems.join('\n'));
  }
  const value = parsed.data;
  const s3 = new URL(value.MAINSPRING_S3_ENDPOINT);
  const useSsl = s3.protocol === 'https:';
  return {
    dataDir,
    ...(value.MAINSPRING_ENGINE_ID === undefined ? {} : { engineId: value.MAINSPRING_ENGINE_ID }),
    logLevel: value.MAINSPRING_LOG_LEVEL,
    logFormat: value.MAINSPRING_LOG_FORMAT,
    python: value.MAINSPRING_PYTHON,
    ...(value.MAINSPRING_WORKER_CONCURRENCY === undefined
      ? {}
      : { workerConcurrency: value.MAINSPRING_WORKER_CONCURRENCY }),
    temporal: {
      address: value.TEMPORAL_ADDRESS,
      namespace: value.TEMPORAL_NAMESPACE,
      ...(value.TEMPORAL_API_KEY === undefined ? {} : { apiKey: value.TEMPORAL_API_KEY }),
      // An API key is only ever sent encrypted.
      tls: value.TEMPORAL_TLS || value.TEMPORAL_API_KEY !== undefined,
      uiUrl: value.MAINSPRING_TEMPORAL_UI,
    },
    postgres: { url: value.MAINSPRING_POSTGRES_URL },
    objectStore: {
      endpoint: s3.hostname,
      port: s3.port ? Number(s3.port) : useSsl ? 443 : 80,
      useSsl,
      accessKey: value.MAINSPRING_S3_ACCESS_KEY,
      secretKey: value.MAINSPRING_S3_SECRET_KEY,
      region: value.MAINSPRING_S3_REGION,
      bucket: value.MAINSPRING_S3_BUCKET,
      sourceBuckets: [value.MAINSPRING_S3_BUCKET, ...nameList(value.MAINSPRING_S3_SOURCE_BUCKETS)],
    },
    gateway: {
      id: value.MAINSPRING_GATEWAY_ID ?? `${hostname()}-${value.MAINSPRING_GATEWAY_PORT}`,
      host: value.MAINSPRING_GATEWAY_HOST,
      port: value.MAINSPRING_GATEWAY_PORT,
      url: `http://${value.MAINSPRING_GATEWAY_HOST}:${value.MAINSPRING_GATEWAY_PORT}`,
    },
    api: {
      host: value.MAINSPRING_API_HOST,
      port: value.MAINSPRING_API_PORT,
      url: `http://${value.MAINSPRING_API_HOST}:${value.MAINSPRING_API_PORT}`,
      names: [hostname(), ...nameList(value.MAINSPRING_API_NAMES)],
    },
    jobsDir: value.MAINSPRING_JOBS_DIR === undefined ? dataDir : resolve(cwd, value.MAINSPRING_JOBS_DIR),
    jobDiskBytes: Math.round(value.MAINSPRING_JOB_DISK_GIB * 2 ** 30),
    ...(value.MAINSPRING_ACCEPT_STORE_AGES === undefined
      ? {}
      : { acceptStoreAges: value.MAINSPRING_ACCEPT_STORE_AGES }),
    keepLogsMs: Math.round(value.MAINSPRING_KEEP_LOGS_DAYS * DAY_MS),
    reaper: reaperTimes(value.MAINSPRING_REAPER_MINUTES, value.MAINSPRING_KEEP_JOBS_DAYS),
    backends: backendConnections(value),
  };
}
