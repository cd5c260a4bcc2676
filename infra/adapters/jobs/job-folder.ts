import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitRecord } from '../../../activities/ports/exit-record.js';

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The folder of one attempt: on this machine, or on a disk that the machines of a cluster share. */
export function jobFolder(root: string, jobKey: string) {
  const path = join(root, jobKey);
  const file = (name: string): string => join(path, name);

  /** Writes a file completely or not at all, because other processes may read it at any moment. */
  async function writeWhole(name: string, content: unknown, mode = 0o644): Promise<void> {
    // Two submits of one job may write at the same time, even in one process.
    const draft = file(`${name}.${randomUUID()}.tmp`);
    await writeFile(draft, JSON.stringify(content), { mode });
    await rename(draft, file(name));
  }

  return {
    path,
    log: file('log.txt'),
    // On a machine with other users, they see nothing of a job; the wrapper lets its trainer in.
    create: () => mkdir(path, { recursive: true, mode: 0o700 }),
    writeWhole,
    read: <T>(name: string) => readJson<T>(file(name)),
    /** The exit record of the wrapper with this process id. */
    exit: (pid: number) => readJson<ExitRecord>(file(`exit.${pid}.json`)),
    /** The newest exit record of any process, for backends that do not know process ids. */
    lastExit: async (): Promise<ExitRecord | undefined> => {
      const names = await readdir(path).catch(() => []);
      const records = await Promise.all(
        names
          .filter((name) => /^exit\.\d+\.json$/.test(name))
          .map((name) => readJson<ExitRecord>(file(name))),
      );
      return records
        .filter((record) => record !== undefined)
        .sort((a, b) => a.at.localeCompare(b.at))
        .at(-1);
    },
    hasLog: (): Promise<boolean> =>
      access(file('log.txt')).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false;
          throw error;
        },
      ),
    logTail: async (bytes: number): Promise<string> => {
      const log = await open(file('log.txt')).catch(() => undefined);
      if (!log) return '';
      try {
        const { size } = await log.stat();
        const length = Math.min(size, bytes);
        const { buffer } = await log.read({ buffer: Buffer.alloc(length), position: size - length });
        return buffer.toString('utf8');
      } finally {
        await log.close();
      }
    },
  };
}
