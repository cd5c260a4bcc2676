import { type Site, everythingOf, jobKeysOf, partsOf, startStackProcess } from '../support/stack.js';
import type { Supervisor } from '../support/stack.js';
import { signal as signalExactly } from '../../infra/dev/identity.js';
import { processesBy, processesWith, signal } from '../../infra/adapters/jobs/process-identity.js';
import type { Target } from './plan.js';

/** The environment marks of a job's processes: all of them, or one of wrapper and trainer. */
const MARKS = {
  job: ['MAINSPRING_JOB_KEY', 'TRAINER_JOB_KEY'],
  wrapper: ['MAINSPRING_JOB_KEY'],
  trainer: ['TRAINER_JOB_KEY'],
} as const;
export type JobPart = keyof typeof MARKS;
const isJobPart = (target: string): target is JobPart => target in MARKS;

/** The stack under attack. Only processes that it recorded, and jobs in its own folder, are killed. */
export interface World {
  site: Site;
  /** Job keys of attempts whose processes were killed, one entry per kill. */
  killedJobs: string[];
  /** Time spans in which a gateway was killed: killing everything takes a while. */
  gatewayKills: { from: number; to: number }[];
  /**
   * Returns false if there was nothing to kill, e.g. because the job ended in the same moment.
   *
   * @param at selects one of several jobs: 0–1
   */
  kill: (target: Target | JobPart, at?: number) => Promise<boolean>;
  close: () => Promise<void>;
}

export async function openWorld(site: Site, say: (line: string) => void): Promise<World> {
  let supervisor: Supervisor = await startStackProcess(site);
  const killedJobs: string[] = [];
  const gatewayKills: World['gatewayKills'] = [];

  async function killJob(jobKey: string, part: JobPart): Promise<boolean> {
    const processes = await processesWith(...MARKS[part].map((mark) => `${mark}=${jobKey}`));
    for (const { pid } of processes) signal(pid, 'SIGKILL');
    if (processes.length > 0) killedJobs.push(jobKey);
    return processes.length > 0;
  }

  /** Jobs of this site with a running process, in the order of their keys. */
  async function liveJobs(): Promise<string[]> {
    const own = new Set(jobKeysOf(site));
    const alive = await processesBy((environment) =>
      MARKS.job
        .map((mark) => environment.get(mark))
        .find((jobKey) => jobKey !== undefined && own.has(jobKey)),
    );
    return [...new Set(alive.map(({ picked }) => picked))].sort();
  }

  async function killEverything(): Promise<void> {
    const from = Date.now();
    await supervisor.kill();
    for (const part of Object.values(partsOf(site))) signalExactly(part, 'SIGKILL');
    for (const jobKey of await liveJobs()) await killJob(jobKey, 'job');
    // A process that is just being started has not been recorded yet.
    for (const { pid } of await everythingOf(site)) signal(pid, 'SIGKILL');
    gatewayKills.push({ from, to: Date.now() });
    say('everything is dead; starting again');
    supervisor = await startStackProcess(site);
  }

  /** The supervisor restarts the part. Until then there is no process to kill. */
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
    kill: async (target, at = 0) => {
      if (target === 'everything') {
        await killEverything();
        return true;
      }
      if (!isJobPart(target)) return killPart(target);
      const jobs = await liveJobs();
      const chosen = jobs[Math.floor(at * jobs.length)];
      return chosen !== undefined && (await killJob(chosen, target));
    },
    close: async () => {
      await supervisor.kill();
    },
  };
}
