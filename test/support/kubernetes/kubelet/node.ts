import {
  ApiException,
  CoordinationV1Api,
  CoreV1Api,
  type KubeConfig,
  PatchStrategy,
  type V1NodeStatus,
  V1MicroTime,
  setHeaderOptions,
} from '@kubernetes/client-node';

/** Merge by field, and lists by key, as kubelets do. */
export const merging = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);
export const isCode = (error: unknown, ...codes: number[]): boolean =>
  error instanceof ApiException && codes.includes(error.code);

const LEASE_SECONDS = 8;
const LEASES = 'kube-node-lease';

function statusOf(name: string, gpus: number): V1NodeStatus {
  const now = new Date();
  const room = { cpu: '8', memory: '16Gi', pods: '110', 'nvidia.com/gpu': String(gpus) };
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: type === 'Ready' ? 'KubeletReady' : 'KubeletHasEnough',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    capacity: room,
    allocatable: room,
    conditions: [
      condition('Ready', 'True'),
      condition('MemoryPressure', 'False'),
      condition('DiskPressure', 'False'),
      condition('PIDPressure', 'False'),
    ],
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: name },
    ],
  };
}

/** Registers this machine as a node, with a number of accelerators that are only counted. */
export function nodeOf(config: KubeConfig, name: string, gpus: number) {
  const core = config.makeApiClient(CoreV1Api);
  const coordination = config.makeApiClient(CoordinationV1Api);
  const report = () => core.patchNodeStatus({ name, body: { status: statusOf(name, gpus) } }, merging);

  async function register(): Promise<void> {
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'nvidia.com/gpu.product': 'H100',
    };
    await core.createNode({ body: { metadata: { name, labels } } }).catch((error: unknown) => {
      if (!isCode(error, 409)) throw error;
    });
    await report();
  }

  async function renewLease(): Promise<void> {
    const spec = {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: new V1MicroTime(Date.now()),
    };
    const body = { metadata: { name }, spec };
    try {
      await coordination.patchNamespacedLease({ name, namespace: LEASES, body }, merging);
    } catch (error) {
      if (!isCode(error, 404)) throw error;
      await coordination.createNamespacedLease({ namespace: LEASES, body });
    }
  }
  return { register, report, renewLease };
}
