import { pools } from './parts.js';
import { endProcess } from './child.js';
import { isAlive } from './identity.js';
import type { StateFile } from './state.js';

/**
 * End what a killed supervisor left running, pools before servers. Only processes of the record count, by pid and start
 * time; training jobs are not in it, so they run on and are found again by the training pool.
 */
export async function endLeftovers(file: StateFile, say: (line: string) => void): Promise<void> {
  const alive = Object.entries(file.state.processes).filter(([, process]) => isAlive(process));
  if (alive.length > 0)
    say(`ending what an earlier start left running: ${alive.map(([name]) => name).join(', ')}`);
  const isServer = ([name]: [string, unknown]): boolean =>
    name !== 'gateway' && !(pools as string[]).includes(name);
  for (const group of [alive.filter((entry) => !isServer(entry)), alive.filter(isServer)]) {
    await Promise.all(
      group.map(([name, process]) => endProcess(process, name === 'postgres' ? 'SIGINT' : 'SIGTERM', 8_000)),
    );
  }
  for (const name of Object.keys(file.state.processes)) file.drop(name);
}
