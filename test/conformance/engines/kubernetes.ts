import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  SchedulingV1Api,
  type V1Pod,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { JobHandle } from '../../../activities/ports/job-backend.js';
import { openKubernetesBackend } from '../../../infra/adapters/jobs/kubernetes.js';
import {
  BUILD_SCRIPT,
  KUBERNETES_VERSION,
  binariesFolder,
  missingBinaries,
} from '../../support/kubernetes/binaries.js';
import { type Cluster, GPUS, NODES, startCluster } from '../../support/kubernetes/cluster.js';
import { until } from '../../support/until.js';
import type { StageOptions } from '../../../infra/adapters/jobs/stage-job.js';
import type { Engine } from '../engine.js';
import { kubernetesTraps } from './kubernetes-traps.js';

const NAMESPACE = 'default';
const merging = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** What tests do to a cluster with the rights of its administrator. */
export function administrationOf(cluster: Cluster) {
  const core = cluster.config.makeApiClient(CoreV1Api);
  const batch = cluster.config.makeApiClient(BatchV1Api);
  const asEngine = new KubeConfig();
  asEngine.loadFromFile(cluster.kubeconfig.engine);
  const engine = asEngine.makeApiClient(BatchV1Api);
  const podsOf = async (jobKey: string): Promise<V1Pod[]> =>
    (await core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: `job-name=${jobKey}` })).items;
  /** A backend with the rights of the engine's Role. */
  const backendIn = (namespace: string, options: StageOptions) =>
    openKubernetesBackend({
      ...options,
      kubeconfig: cluster.kubeconfig.engine,
      namespace,
      image: 'processes-have-none',
      claim: null,
      user: null,
      node: process.execPath,
    });
  return {
    core,
    batch,
    namespace: NAMESPACE,
    merging,
    /** Of a priority above that of all other jobs. */
    priorityClass: 'urgent',
    backendIn,
    podsOf,
    cordon: async (unschedulable: boolean): Promise<void> => {
      const body = { spec: { unschedulable } };
      await Promise.all(NODES.map((name) => core.patchNode({ name, body }, merging)));
    },
    evict: async (jobKey: string): Promise<void> => {
      for (const { metadata } of await podsOf(jobKey)) {
        const name = metadata?.name ?? '';
        await core.createNamespacedPodEviction({
          name,
          namespace: NAMESPACE,
          body: { metadata: { name, namespace: NAMESPACE } },
        });
      }
    },
    nodeOf: (jobKey: string): Promise<string> => until(async () => (await podsOf(jobKey))[0]?.spec?.nodeName),
    /** What answers clients, and what it keeps everything in. */
    killApi: async (): Promise<void> => {
      await Promise.all([cluster.kill('kube-apiserver'), cluster.kill('etcd')]);
    },
    startApi: async (): Promise<void> => {
      cluster.start('etcd');
      cluster.start('kube-apiserver');
      await cluster.answers();
      // It knows its administrator before it knows who else may do what.
      await until(() => engine.listNamespacedJob({ namespace: NAMESPACE }).catch(() => undefined));
    },
    suspend: async (jobKey: string, suspend: boolean): Promise<void> => {
      await batch.patchNamespacedJob(
        { name: jobKey, namespace: NAMESPACE, body: { spec: { suspend } } },
        merging,
      );
    },
  };
}
export type Administration = ReturnType<typeof administrationOf>;

/** Jobs of a real control plane, whose pods are processes of this machine. */
export const kubernetes: Engine = {
  name: 'kubernetes',
  description: `etcd, API server, scheduler and controller manager ${KUBERNETES_VERSION} on 127.0.0.1 in a temporary folder; two small kubelets with ${GPUS} accelerators that exist by name only run pods as processes. No root, no containers.`,
  needs: async () => {
    const folder = binariesFolder(process.env);
    const missing = await missingBinaries(folder);
    return [
      {
        what: `${missing.length > 0 ? missing.join(', ') : 'a control plane'} in ${folder}`,
        met: missing.length === 0,
        remedy: `build it from its Go modules, about 10 minutes, once: sh ${BUILD_SCRIPT}`,
      },
    ];
  },
  start: async () => {
    const cluster = await startCluster(binariesFolder(process.env));
    const admin = administrationOf(cluster);
    await cluster.config.makeApiClient(SchedulingV1Api).createPriorityClass({
      body: { metadata: { name: admin.priorityClass }, value: 1_000 },
    });
    return {
      backend: (options) => admin.backendIn(NAMESPACE, options),
      nativeJobs: async (jobKey) => {
        const fieldSelector = `metadata.name=${jobKey}`;
        const jobs = await admin.batch.listNamespacedJob({ namespace: NAMESPACE, fieldSelector });
        const uids = [
          ...jobs.items.map(({ metadata }) => metadata?.uid),
          // Of a Job that is gone.
          ...(await admin.podsOf(jobKey)).map(({ metadata }) => metadata?.labels?.['controller-uid']),
        ];
        return new Set(uids).size;
      },
      faults: {
        occupy: async () => {
          await admin.cordon(true);
          return () => admin.cordon(false);
        },
        stopController: admin.killApi,
        startController: admin.startApi,
        preempt: ({ jobKey }: JobHandle) => admin.evict(jobKey),
        loseNode: async ({ jobKey }: JobHandle) => {
          const node = await admin.nodeOf(jobKey);
          await cluster.killKubelet(node);
          return () => cluster.startKubelet(node);
        },
        enforcesMemory: true,
        machines: NODES.length,
        gpus: GPUS,
      },
      traps: (bench) => kubernetesTraps(cluster, admin, bench),
      stop: cluster.stop,
    };
  },
};
