import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig, type V1ContainerState, type V1Pod } from '@kubernetes/client-node';
import { type Container, type ContainerEnd, killContainer, startContainer } from './container.js';
import { isCode, merging } from './node.js';

const GRACE_SECONDS = 30;
const REPORT_AGAIN_MS = 250;
const UNITS: Record<string, number> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

interface Running {
  container: Container;
  over: boolean;
  /** Resolves when the end was reported to the API server. */
  settled: Promise<void>;
  /** The end of the grace of the last delete, with the timer that kills then. */
  kill?: { atMs: number; timer: NodeJS.Timeout };
}

const limitOf = (pod: V1Pod, name: string): string | undefined =>
  pod.spec?.containers[0]?.resources?.limits?.[name];
const isOver = (pod: V1Pod): boolean => ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');

function memoryOf(pod: V1Pod): number | undefined {
  const match = /^(\d+)(Ki|Mi|Gi|)$/.exec(limitOf(pod, 'memory') ?? '');
  return match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) : undefined;
}

/** Runs the pods that the scheduler assigns to this node, and reports them like a kubelet. */
export function podsOf(
  config: KubeConfig,
  options: { root: string; gpus: number; say: (line: string) => void },
) {
  const core = config.makeApiClient(CoreV1Api);
  const free = new Set(Array.from({ length: options.gpus }, (_, index) => index));
  const known = new Map<string, Running>();

  async function setStatus(
    pod: V1Pod,
    phase: string,
    state: V1ContainerState,
    startedAt: Date,
  ): Promise<void> {
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const container = pod.spec?.containers[0];
    const ready = phase === 'Running';
    const condition = (type: string, status: boolean) => ({
      type,
      status: status ? 'True' : 'False',
      lastTransitionTime: new Date(),
    });
    const status = {
      phase,
      startTime: startedAt,
      hostIP: '127.0.0.1',
      podIP: '127.0.0.1',
      podIPs: [{ ip: '127.0.0.1' }],
      conditions: [
        condition('Initialized', true),
        condition('Ready', ready),
        condition('ContainersReady', ready),
      ],
      containerStatuses: [
        {
          name: container?.name ?? '',
          image: container?.image ?? '',
          imageID: 'process',
          containerID: `process://${uid}`,
          ready,
          started: ready,
          restartCount: 0,
          state,
        },
      ],
    };
    await core.patchNamespacedPodStatus({ name, namespace, body: { metadata: { uid }, status } }, merging);
  }

  /** The end of a pod must reach the API server, even if that is away for a while. */
  async function report(pod: V1Pod, end: ContainerEnd | 'unknown', startedAt: Date): Promise<void> {
    const terminated =
      end === 'unknown'
        ? { exitCode: 137, reason: 'ContainerStatusUnknown' }
        : { ...end, startedAt, finishedAt: new Date() };
    const phase = terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
    for (;;) {
      try {
        return await setStatus(pod, phase, { terminated }, startedAt);
      } catch (error) {
        if (isCode(error, 404, 409)) return;
        await sleep(REPORT_AGAIN_MS);
      }
    }
  }

  function start(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const gpus = [...free].slice(0, Number(limitOf(pod, 'nvidia.com/gpu') ?? 0));
    for (const gpu of gpus) free.delete(gpu);
    const startedAt = new Date();
    const container = startContainer(pod, options.root, gpus, memoryOf(pod));
    options.say(`started ${pod.metadata?.name} as ${container.pid}`);
    const running = setStatus(pod, 'Running', { running: { startedAt } }, startedAt).catch((error: unknown) =>
      options.say(`running: ${String(error)}`),
    );
    const settled = container.ended.then(async (end) => {
      const mine = known.get(uid);
      if (mine) mine.over = true;
      options.say(`ended ${pod.metadata?.name}: ${JSON.stringify(end)}`);
      clearTimeout(mine?.kill?.timer);
      for (const gpu of gpus) free.add(gpu);
      await running;
      await report(pod, end, startedAt);
    });
    known.set(uid, { container, over: false, settled });
  }

  /** TERM, and KILL at the end of the grace. A later delete may shorten the grace. */
  function end(uid: string, running: Running, graceSeconds: number): void {
    const atMs = Date.now() + graceSeconds * 1_000;
    if (running.kill && running.kill.atMs <= atMs) return;
    clearTimeout(running.kill?.timer);
    running.kill = { atMs, timer: setTimeout(() => void killContainer(uid), graceSeconds * 1_000) };
    running.container.terminate();
  }

  async function remove(pod: V1Pod): Promise<void> {
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    await core.deleteNamespacedPod({ name, namespace, body }).catch((error: unknown) => {
      if (!isCode(error, 404, 409)) throw error;
    });
  }

  const removing = new Set<string>();
  async function sync(pod: V1Pod): Promise<void> {
    const uid = pod.metadata?.uid ?? '';
    const running = known.get(uid);
    if (pod.metadata?.deletionTimestamp) {
      if (running && !running.over)
        end(uid, running, pod.metadata.deletionGracePeriodSeconds ?? GRACE_SECONDS);
      if (removing.has(uid)) return;
      removing.add(uid);
      if (running) await running.settled;
      else {
        await killContainer(uid);
        if (!isOver(pod)) await report(pod, 'unknown', new Date());
      }
      return remove(pod);
    }
    if (running || isOver(pod)) return;
    // Pods of an earlier kubelet, whose processes cannot be watched.
    if (pod.status?.phase === 'Running') {
      await killContainer(uid);
      return report(pod, 'unknown', new Date());
    }
    start(pod);
  }

  return {
    sync,
    /** The pod's object is gone, so its processes are killed. */
    forget: (pod: V1Pod): Promise<void> => killContainer(pod.metadata?.uid ?? ''),
  };
}
