import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type Mainspring, connect } from '../../client/index.js';
import type { RunView } from '../../contracts/registry.js';
import type { Config } from '../../infra/config.js';
import { type Stack, startStack } from '../../infra/dev/stack.js';
import { follow } from '../../examples/follow.js';
import { AS_OF, type TinyOptions, writeTinyModel } from './tiny-model.js';
import { type Site, closeSite, openSite } from './stack.js';

/**
 * WorkflowTaskFailedCause of Temporal's API: a signal arrived while a task was being completed, and the server
 * repeats the task. This is no error.
 */
const UNHANDLED_COMMAND = 1;

/** Longest time of a run of a tiny model; a test that waits longer could not say where the run stands. */
const RUN_MS = 300_000;

/** A whole stack for tests that run lifecycles of tiny models, one after the other. */
export interface TinyStack {
  site: Site;
  config: Config;
  mainspring: Mainspring;
  /** Writes a model file and starts a run of it. */
  start: (model: string, options?: TinyOptions & { run?: string }) => Promise<string>;
  /** Votes for a run until it ends. Returns its row. */
  ends: (run: string) => Promise<RunView>;
  /** Everything that Temporal knows of a model and a run: ids of open workflows, and failed workflow tasks. */
  leftovers: (model: string, run: string) => Promise<{ open: string[]; failedTasks: string[] }>;
  /** Ids of all workflows of a model that ever began. */
  began: (model: string) => Promise<string[]>;
  close: () => Promise<void>;
}

export async function openTinyStack(purpose: string): Promise<TinyStack> {
  const site = await openSite(purpose);
  let stack: Stack;
  try {
    stack = await startStack({ env: site.env, dataDir: site.dataDir, autoPorts: true });
  } catch (error) {
    await closeSite(site);
    throw error;
  }
  const { config } = stack;
  const mainspring = connect({ config });
  const connection = await Connection.connect({ address: config.temporal.address });
  const { workflow } = new Client({ connection });

  /** Visibility lags a moment behind, so ids are read from it, and states from the workflows themselves. */
  async function idsOf(model: string): Promise<string[]> {
    await pause(1_500);
    const ids: string[] = [];
    for await (const { workflowId } of workflow.list())
      if (workflowId.split('/')[1] === model) ids.push(workflowId);
    return ids;
  }

  return {
    site,
    config,
    mainspring,
    start: async (model, { run = 'first', ...options } = {}) => {
      const file = await writeTinyModel(`${site.dataDir}/models`, model, options);
      await mainspring.lifecycles.start(file, { by: 'tester', asOf: AS_OF, run });
      return `${model}/${run}`;
    },
    ends: async (run) => {
      const told: string[] = [];
      const signal = AbortSignal.timeout(RUN_MS);
      await follow({ mainspring, print: (line) => told.push(line), signal, yes: true }, run).catch(
        (error: unknown) => {
          throw new Error(`run ${run} did not come to its end; it told:\n${told.join('\n')}`, {
            cause: error,
          });
        },
      );
      // The workflow may end a moment before its row says so.
      for (;;) {
        const { record } = await mainspring.lifecycles.status(run);
        if (record?.outcome) return record;
        await pause(100);
      }
    },
    leftovers: async (model, run) => {
      const open: string[] = [];
      const failedTasks: string[] = [];
      for (const id of await idsOf(model)) {
        const handle = workflow.getHandle(id);
        const { status } = await handle.describe();
        if (status.name === 'RUNNING' && id.includes(run)) open.push(id);
        const { events } = await handle.fetchHistory();
        const faults = (events ?? []).flatMap((event) => event.workflowTaskFailedEventAttributes ?? []);
        if (faults.some(({ cause }) => Number(cause) !== UNHANDLED_COMMAND)) failedTasks.push(id);
      }
      return { open, failedTasks };
    },
    began: idsOf,
    close: async () => {
      await mainspring.close();
      await connection.close();
      await stack.stop();
      await closeSite(site);
    },
  };
}
