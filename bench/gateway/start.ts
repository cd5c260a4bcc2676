import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server of this folder in a process of its own. */
export interface Server {
  url: string;
  pid: number;
  cpuMicros(): Promise<number>;
  stop(): void;
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

/** @param file its entry file in this folder */
export async function start(file: string): Promise<Server> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  const { url } = await told<{ url: string }>(child);
  return {
    url,
    pid: child.pid ?? 0,
    cpuMicros: async () => {
      child.send('cpu');
      return (await told<{ cpuMicros: number }>(child)).cpuMicros;
    },
    stop: () => child.disconnect(),
  };
}
