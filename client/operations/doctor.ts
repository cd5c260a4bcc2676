import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { searchAttributeTypes } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';

const run = promisify(execFile);

export interface Finding {
  what: string;
  verdict: 'ok' | 'warn' | 'fail';
  detail: string;
  /** Empty when all is well. */
  remedy: string;
}

export interface Diagnosis {
  healthy: boolean;
  findings: Finding[];
}

/** One check; whatever it throws is its finding. */
async function check(what: string, look: () => Promise<Omit<Finding, 'what'>>): Promise<Finding> {
  try {
    return { what, ...(await look()) };
  } catch (error) {
    return {
      what,
      verdict: 'fail',
      detail: error instanceof Error ? error.message : String(error),
      remedy: error instanceof MainspringError ? error.remedy : '',
    };
  }
}

const ok = (detail: string): Omit<Finding, 'what'> => ({ verdict: 'ok', detail, remedy: '' });

const MIN_NODE = [20, 19] as const;

async function node(): Promise<Omit<Finding, 'what'>> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
  if (!isOld) return ok(process.versions.node);
  return {
    verdict: 'fail',
    detail: `${process.versions.node} is older than ${MIN_NODE.join('.')}`,
    remedy: 'Install Node 20.19 or newer.',
  };
}

async function python(command: string): Promise<Omit<Finding, 'what'>> {
  try {
    const { stdout } = await run(command, ['--version']);
    const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
    if (major === 3 && (minor ?? 0) >= 10) return ok(stdout.trim());
    return { verdict: 'fail', detail: stdout.trim(), remedy: 'Trainers need Python 3.10 or newer.' };
  } catch {
    return {
      verdict: 'fail',
      detail: `${command} does not start`,
      remedy: 'Install Python 3.10 or newer, or name it in MAINSPRING_PYTHON.',
    };
  }
}

async function searchAttributes(services: Services): Promise<Omit<Finding, 'what'>> {
  const { client } = await services.temporal();
  const { namespace } = services.config.temporal;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributeTypes).filter(([name]) => !(name in customAttributes));
  if (missing.length === 0) return ok(`${Object.keys(searchAttributeTypes).length} registered`);
  const create = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
  return {
    verdict: 'fail',
    detail: `missing: ${missing.map(([name]) => name).join(', ')}`,
    remedy: `temporal operator search-attribute create --namespace ${namespace} ${create}`,
  };
}

/** Types of task queues as the server numbers them. */
const WORKFLOW_QUEUE = 1;
const ACTIVITY_QUEUE = 2;

async function workers(services: Services): Promise<Omit<Finding, 'what'>> {
  const { client } = await services.temporal();
  const silent: string[] = [];
  for (const [pool, queue] of Object.entries(TaskQueue)) {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: services.config.temporal.namespace,
      taskQueue: { name: queue },
      taskQueueType: pool === 'control' ? WORKFLOW_QUEUE : ACTIVITY_QUEUE,
    });
    if ((pollers ?? []).length === 0) silent.push(pool);
  }
  if (silent.length === 0) return ok(`${Object.keys(TaskQueue).length} pools poll`);
  return {
    verdict: 'warn',
    detail: `no worker polls for: ${silent.join(', ')}`,
    remedy: 'Runs wait until it is back: start the pools with `mainspring up`.',
  };
}

async function gateway(url: string): Promise<Omit<Finding, 'what'>> {
  try {
    const response = await fetch(`${url}/v2/health/live`, { signal: AbortSignal.timeout(3_000) });
    if (response.ok) return ok(url);
    return {
      verdict: 'warn',
      detail: `${url} answers HTTP ${response.status}`,
      remedy: 'Look into its log.',
    };
  } catch {
    return { verdict: 'warn', detail: `${url} does not answer`, remedy: 'Start it with `mainspring up`.' };
  }
}

/** Look at everything that Mainspring stands on. Changes nothing. */
export async function doctor(services: Services): Promise<Diagnosis> {
  const { config } = services;
  const findings = await Promise.all([
    check('Node', node),
    check('Python', () => python(config.python)),
    check('Temporal', async () => {
      await services.temporal();
      return ok(`${config.temporal.address}, namespace ${config.temporal.namespace}`);
    }),
    check('search attributes', () => searchAttributes(services)),
    check('worker pools', () => workers(services)),
    check('PostgreSQL', async () => {
      await services.database();
      return ok('answers, tables are there');
    }),
    check('object store', async () => {
      await services.storage();
      const { endpoint, port, bucket } = config.objectStore;
      return ok(`${endpoint}:${port}, bucket ${bucket}`);
    }),
    check('gateway', () => gateway(config.gateway.url)),
  ]);
  return { healthy: findings.every(({ verdict }) => verdict !== 'fail'), findings };
}
