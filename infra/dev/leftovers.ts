import { pools } from './parts.js';
import { endProcess } from './child.js';
import { isAlive } from './identity.js';
import type { StateFile } from './state.js';

/**
 * End the processes that a killed supervisor left running, pools before servers. Only recorded processes are ended,
 * recognised by process id and start time. Training jobs are not recorded: they keep running, and the training pool
 * finds them again.
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
