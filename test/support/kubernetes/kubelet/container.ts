import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { processesWith, signal } from '../../../../infra/adapters/jobs/process-identity.js';

/**
 * Mark in the environment of every process of a container. A trainer receives variables that begin with `NVIDIA_`.
 */
const mark = (podUid: string): string => `NVIDIA_CONTAINER=${podUid}`;
const MEMORY_LOOK_MS = 500;
const PAGE_BYTES = 4_096;

export interface ContainerEnd {
  exitCode: number;
  signal?: number;
  reason: 'Completed' | 'Error' | 'OOMKilled';
  message?: string;
}

/** Kill all processes of a container. */
export async function killContainer(podUid: string): Promise<void> {
  for (const { pid } of await processesWith(mark(podUid))) signal(pid, 'SIGKILL');
}

async function residentBytes(podUid: string): Promise<number> {
  const pages = (await processesWith(mark(podUid))).map(async ({ pid }) => {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0');
    return Number(statm.split(' ')[1]);
  });
  return (await Promise.all(pages)).reduce((sum, each) => sum + each, 0) * PAGE_BYTES;
}

/** A value of the downward API, e.g. `metadata.annotations['batch.kubernetes.io/job-completion-index']`. */
function fieldOf(pod: V1Pod, path: string): string {
  // The address of all pods of this machine; the pod's own object does not have it yet.
  if (path === 'status.podIP') return '127.0.0.1';
  const entry = /^metadata\.(annotations|labels)\['(.+)'\]$/.exec(path);
  if (entry) return pod.metadata?.[entry[1] as 'annotations' | 'labels']?.[entry[2] ?? ''] ?? '';
  const found = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], pod);
  return typeof found === 'string' ? found : '';
}

function environmentOf(pod: V1Pod, directory: string, gpus: number[]): Record<string, string> {
  const { env = [] } = pod.spec?.containers[0] ?? {};
  const given = env.map(({ name, value, valueFrom }) => {
    const path = valueFrom?.fieldRef?.fieldPath;
    return [name, path === undefined ? (value ?? '') : fieldOf(pod, path)] as const;
  });
  const [marker = '', uid = ''] = mark(pod.metadata?.uid ?? '').split('=');
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    HOSTNAME: pod.metadata?.name ?? '',
    CUDA_VISIBLE_DEVICES: gpus.join(','),
    ...Object.fromEntries(given),
    [marker]: uid,
  };
}

/** The container of a pod, as processes of this machine. Images and volumes are not supported. */
export function startContainer(pod: V1Pod, root: string, gpus: number[], memoryBytes: number | undefined) {
  const uid = pod.metadata?.uid ?? '';
  const directory = join(root, uid);
  mkdirSync(directory, { recursive: true });
  const container = pod.spec?.containers[0];
  const [program = 'false', ...args] = [...(container?.command ?? []), ...(container?.args ?? [])];
  // Files instead of pipes, so that the container survives its kubelet. Two of them, like the two streams of a real
  // container.
  const messages = join(directory, 'stderr');
  const output = [openSync(join(directory, 'stdout'), 'a'), openSync(messages, 'a')] as const;
  const child: ChildProcess = spawn(program, args, {
    cwd: container?.workingDir ?? directory,
    env: environmentOf(pod, directory, gpus),
    detached: true,
    stdio: ['ignore', ...output],
  });
  for (const file of output) closeSync(file);
  child.unref();
  let outOfMemory = false;
  const watch = setInterval(() => {
    void residentBytes(uid).then((bytes) => {
      if (memoryBytes === undefined || bytes <= memoryBytes) return;
      outOfMemory = true;
      return killContainer(uid);
    });
  }, MEMORY_LOOK_MS);

  const ended = new Promise<ContainerEnd>((resolve) => {
    child.once('error', ({ message }) => resolve({ exitCode: 128, reason: 'Error', message }));
    child.once('exit', (code, by) => {
      const number = by === null ? undefined : constants.signals[by];
      const exitCode = code ?? 128 + (number ?? 0);
      resolve({
        exitCode,
        ...(number === undefined ? {} : { signal: number }),
        reason: outOfMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error',
      });
    });
  }).then(async (end) => {
    clearInterval(watch);
    await killContainer(uid);
    const message = end.exitCode === 0 ? '' : (await readFile(messages, 'utf8')).slice(-2_000);
    return message ? { ...end, message } : end;
  });
  return { pid: child.pid, ended, terminate: () => child.pid !== undefined && signal(child.pid, 'SIGTERM') };
}
export type Container = ReturnType<typeof startContainer>;
