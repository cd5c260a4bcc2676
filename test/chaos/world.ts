import {
  type Site,
  everythingOf,
  jobKeysOf,
  partsOf,
  processesOfJob,
  startStackProcess,
} from '../support/stack.js';
import type { Supervisor } from '../support/stack.js';
import { signal as signalExactly } from '../../infra/dev/identity.js';
import { signal } from '../../infra/adapters/jobs/process-identity.js';
import type { Target } from './plan.js';

/** The stack under attack. Only processes that it recorded, and jobs in its own folder, are ever killed. */
export interface World {
  site: Site;
  /** Job keys of attempts whose processes were killed, once a kill. */
  killedJobs: string[];
  /** When a gateway was killed: somewhere between two instants, for the kill of everything takes a while. */
  gatewayKills: { from: number; to: number }[];
  /** False when there was nothing to kill: a job that ended in the same moment. */
  kill: (target: Target) => Promise<boolean>;
  close: () => Promise<void>;
}

export async function openWorld(site: Site, say: (line: string) => void): Promise<World> {
  let supervisor: Supervisor = await startStackProcess(site);
  const killedJobs: string[] = [];
  const gatewayKills: World['gatewayKills'] = [];

  /** Wrapper and trainer of one attempt: a machine of a cluster that goes away. */
  async function killJob(jobKey: string): Promise<boolean> {
    const processes = await processesOfJob(jobKey);
    for (const { pid } of processes) signal(pid, 'SIGKILL');
    if (processes.length > 0) killedJobs.push(jobKey);
    return processes.length > 0;
  }

  async function killEverything(): Promise<void> {
    const from = Date.now();
    await supervisor.kill();
    for (const part of Object.values(partsOf(site))) signalExactly(part, 'SIGKILL');
    for (const jobKey of jobKeysOf(site)) await killJob(jobKey);
    // What was being started in that moment is in no record yet.
    for (const { pid } of await everythingOf(site)) signal(pid, 'SIGKILL');
    gatewayKills.push({ from, to: Date.now() });
    say('everything is dead; starting again');
    supervisor = await startStackProcess(site);
  }

  /** The supervisor starts it again; until then there is no process to kill. */
  function killPart(name: string): boolean {
    const part = partsOf(site)[name];
    if (!part) return false;
    if (name === 'gateway') gatewayKills.push({ from: Date.now(), to: Date.now() });
    return signalExactly(part, 'SIGKILL');
  }

  return {
    site,
    killedJobs,
    gatewayKills,
    kill: async (target) => {
      if (target === 'everything') {
        await killEverything();
        return true;
      }
      if (target !== 'job') return killPart(target);
      for (const jobKey of jobKeysOf(site)) if (await killJob(jobKey)) return true;
      return false;
    },
    close: async () => {
      await supervisor.kill();
    },
  };
}
