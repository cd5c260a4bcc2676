import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  type V1Pod,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { openKubernetesBackend } from '../../../infra/adapters/jobs/kubernetes/kubernetes.js';
import type { StageOptions } from '../../../infra/adapters/jobs/stage-job.js';
import { type Cluster, NODES } from '../../support/kubernetes/cluster.js';
import { until } from '../../support/until.js';

const NAMESPACE = 'default';
const merging = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** Operations of the tests on a cluster, with administrator rights. */
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
    /** A priority above that of all other jobs. */
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
    /** The API server, and the database behind it. */
    killApi: async (): Promise<void> => {
      await Promise.all([cluster.kill('kube-apiserver'), cluster.kill('etcd')]);
    },
    startApi: async (): Promise<void> => {
      cluster.start('etcd');
      cluster.start('kube-apiserver');
      await cluster.answers();
      // After a start, the API server knows its administrator earlier than other permissions.
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
