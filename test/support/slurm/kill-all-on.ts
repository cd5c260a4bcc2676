import { readFile, readdir } from 'node:fs/promises';
import { processesWith, signal } from '../../../infra/adapters/jobs/process-identity.js';

/** Processes of this machine: name and parent by id. */
async function table(): Promise<Map<number, { name: string; parent: number }>> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const read = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [, name = '', parent = '0'] = /\((.*)\) \S (\d+)/s.exec(stat) ?? [];
      return [pid, { name, parent: Number(parent) }] as const;
    }),
  );
  return new Map(read);
}

/**
 * Kill -9 the steps of a node and all processes that they started, like a power failure. Its slurmd must be dead
 * already, because it would report them.
 */
export async function killAllOn(node: string): Promise<void> {
  const processes = await table();
  const above = (pid: number): number[] => {
    const parent = processes.get(pid)?.parent ?? 0;
    return parent > 1 ? [parent, ...above(parent)] : [];
  };
  // A step itself does not carry the name of its node, but its child processes do.
  const named = await processesWith(`SLURMD_NODENAME=${node}`);
  const steps = new Set(
    named.flatMap(({ pid }) => above(pid).filter((one) => processes.get(one)?.name === 'slurmstepd')),
  );
  for (const pid of steps) signal(pid, 'SIGKILL');
  for (const pid of processes.keys()) if (above(pid).some((one) => steps.has(one))) signal(pid, 'SIGKILL');
}
