import { SchedulingV1Api } from '@kubernetes/client-node';
import type { JobHandle } from '../../../activities/ports/job-backend.js';
import {
  BUILD_SCRIPT,
  KUBERNETES_VERSION,
  binariesFolder,
  missingBinaries,
} from '../../support/kubernetes/binaries.js';
import { GPUS, NODES, startCluster } from '../../support/kubernetes/cluster.js';
import type { Engine } from '../engine.js';
import { administrationOf } from './kubernetes-administration.js';
import { kubernetesTraps } from './kubernetes-traps.js';

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
      backend: (options) => admin.backendIn(admin.namespace, options),
      nativeJobs: async (jobKey) => {
        const fieldSelector = `metadata.name=${jobKey}`;
        const jobs = await admin.batch.listNamespacedJob({ namespace: admin.namespace, fieldSelector });
        const uids = [
          ...jobs.items.map(({ metadata }) => metadata?.uid),
          // Pods of a Job whose object is gone.
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
