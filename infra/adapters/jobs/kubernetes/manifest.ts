import type { V1Affinity, V1EnvVar, V1Job, V1PodSpec, V1Toleration } from '@kubernetes/client-node';
import type { JobRequest } from '../../../../activities/ports/job-backend.js';
import { bytesOf } from '../../../../contracts/primitives/size.js';
import {
  ENGINE_LABEL,
  INDEX_ANNOTATION,
  JOB_NAME_LABEL,
  OWNER_UID_LABEL,
  QUEUE_LABEL,
  annotationsOf,
  labelValue,
} from './labels.js';

/** The settings of containers that are equal for every job of an installation. */
export interface KubernetesSite {
  image: string;
  /** PersistentVolumeClaim of the jobs folder; null if nodes see the folder at the same path without a claim. */
  claim: string | null;
  /** Path of the jobs folder, the same on the workers and in every container. */
  jobsDir: string;
  /**
   * The worker's user and group: the worker reads the job's files, and only it and the job may read the job's
   * secrets.
   */
  user: { uid: number; gid: number } | null;
}

/** The command that starts the wrapper, as `stageJob` returns it. */
export interface StagedCommand {
  command: string[];
  cwd: string;
  env: Record<string, string>;
}

/** Time after the trainer's grace in which the wrapper uploads the last checkpoint. */
const UPLOAD_SECONDS = 5;
/**
 * Time limit of the Job beyond its own deadline, which the wrapper enforces. It ends a hanging job while no engine
 * is running.
 */
const OVERDUE_SECONDS = 300;
/** Kubernetes removes a finished Job after this time, long after it was collected. */
const KEPT_SECONDS = 7 * 86_400;
/** Largest time limit that Kueue and the API accept. */
const LONGEST_SECONDS = 2 ** 31 - 1;

export const CONTAINER = 'job';

/**
 * The variables by which the wrappers of one job find each other: the Job's uid, their own index in it, and the
 * address of index 0.
 */
const gangEnvironment: V1EnvVar[] = (
  [
    ['MAINSPRING_GANG', `metadata.labels['${OWNER_UID_LABEL}']`],
    ['MAINSPRING_RANK', `metadata.annotations['${INDEX_ANNOTATION}']`],
    ['MASTER_ADDR', 'status.podIP'],
  ] as const
).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }));

/** Places the pods of one job on different machines. */
const apart = (jobKey: string): V1Affinity => ({
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { [JOB_NAME_LABEL]: jobKey } } },
    ],
  },
});

function tolerations(gpus: number): V1Toleration[] {
  return gpus > 0 ? [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] : [];
}

function podSpec(request: JobRequest, site: KubernetesSite, staged: StagedCommand): V1PodSpec {
  const { order, placement } = request;
  const { cpus, memory, gpus, gpuType, nodes } = order.resources;
  const { priorityClass, nodeSelector } = placement.kubernetes ?? {};
  const limits = {
    cpu: String(cpus),
    memory: String(bytesOf(memory)),
    ...(gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}),
  };
  const env = { ...staged.env, HOME: staged.cwd };
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: Math.ceil(order.timing.graceMs / 1_000) + UPLOAD_SECONDS,
    // A trainer does not need the Kubernetes API and gets no credentials for it.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
    nodeSelector: {
      ...nodeSelector,
      ...(gpuType === undefined ? {} : { 'nvidia.com/gpu.product': gpuType }),
    },
    tolerations: tolerations(gpus),
    ...(nodes > 1 ? { affinity: apart(request.jobKey) } : {}),
    ...(site.user ? { securityContext: { runAsUser: site.user.uid, runAsGroup: site.user.gid } } : {}),
    containers: [
      {
        name: CONTAINER,
        image: site.image,
        command: staged.command,
        workingDir: staged.cwd,
        env: [
          ...Object.entries(env).map(([name, value]) => ({ name, value })),
          ...(nodes > 1 ? gangEnvironment : []),
        ],
        resources: { limits, requests: limits },
        securityContext: { allowPrivilegeEscalation: false },
        // The last output becomes the reason, e.g. of an image without Node or a wrapper that cannot read its
        // folder.
        terminationMessagePolicy: 'FallbackToLogsOnError',
        volumeMounts: [
          { name: 'jobs', mountPath: site.jobsDir },
          { name: 'shm', mountPath: '/dev/shm' },
        ],
      },
    ],
    volumes: [
      site.claim === null
        ? { name: 'jobs', hostPath: { path: site.jobsDir, type: 'Directory' } }
        : { name: 'jobs', persistentVolumeClaim: { claimName: site.claim } },
      // Data loaders pass batches through shared memory, which is 64 MiB in a container by default. It counts as
      // memory.
      { name: 'shm', emptyDir: { medium: 'Memory' } },
    ],
  };
}

/**
 * The Job of an attempt. One native job is one attempt: a pod is never started a second time, because it would only
 * meet the claim of the first one. A job of several nodes is an Indexed Job with one pod per node; the first failed
 * pod ends all of them.
 */
export function jobManifest(
  request: JobRequest,
  site: KubernetesSite,
  staged: StagedCommand,
  nowMs: number,
): V1Job {
  const { jobKey, engineId, order, placement } = request;
  const queue = placement.kubernetes?.queue;
  const { nodes } = order.resources;
  const labels = { [ENGINE_LABEL]: labelValue(engineId) };
  const remaining = Math.ceil((Date.parse(order.deadline) - nowMs + order.timing.graceMs) / 1_000);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobKey,
      labels: { ...labels, ...(queue === undefined ? {} : { [QUEUE_LABEL]: queue }) },
      annotations: annotationsOf(request),
    },
    spec: {
      backoffLimit: 0,
      completions: nodes,
      parallelism: nodes,
      ...(nodes > 1 ? { completionMode: 'Indexed' } : {}),
      podReplacementPolicy: 'Failed',
      // A failed pod ends the Job anyway. These rules make the Job state the reason, which then outlives the pod.
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: CONTAINER, operator: 'NotIn', values: [0] } },
        ],
      },
      activeDeadlineSeconds: Math.min(Math.max(remaining, 1) + OVERDUE_SECONDS, LONGEST_SECONDS),
      ttlSecondsAfterFinished: KEPT_SECONDS,
      suspend: queue !== undefined,
      template: { metadata: { labels }, spec: podSpec(request, site, staged) },
    },
  };
}
