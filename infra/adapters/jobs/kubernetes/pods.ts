import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import type { JobClass } from '../../../../contracts/training.js';
import { INDEX_ANNOTATION } from './labels.js';

/** Time after its grace in which a pod disappears, if its node answers. */
const UNCONFIRMED_MS = 15_000;

const PREEMPTIONS = ['PreemptionByScheduler', 'EvictionByEvictionAPI'];
/** Reasons by which a node refuses or removes a pod. */
const NODE_REASONS =
  /^(Evicted|NodeLost|NodeShutdown|Terminated|Shutdown|UnexpectedAdmissionError|OutOf\w+)$/;

export const isOver = (pod: V1Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/**
 * True for a pod that was told to end without a confirmation from its node. The process may live on, but it cannot
 * write anything valid once the head has moved on. So the attempt counts as over, while Kubernetes waits for the
 * node.
 */
export const isUnconfirmed = (pod: V1Pod, nowMs: number): boolean => {
  const endsAt = pod.metadata?.deletionTimestamp;
  return !isOver(pod) && endsAt !== undefined && nowMs > new Date(endsAt).getTime() + UNCONFIRMED_MS;
};

export const terminatedOf = (pod: V1Pod): V1ContainerStateTerminated | undefined =>
  pod.status?.containerStatuses?.[0]?.state?.terminated;

export const disruptionOf = (pod: V1Pod): { reason: string; message: string } | undefined => {
  const found = pod.status?.conditions?.find(
    ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
  );
  return found && { reason: found.reason ?? 'DisruptionTarget', message: found.message ?? '' };
};

/**
 * True for a lost machine other than rank 0: it failed although nobody told it to end, and its wrapper, which exits
 * with 0 whatever its trainer does, did not. The failure of rank 0 is then only a consequence.
 */
export const isLostPeer = (pod: V1Pod): boolean =>
  Number(pod.metadata?.annotations?.[INDEX_ANNOTATION] ?? 0) > 0 &&
  pod.status?.phase === 'Failed' &&
  pod.metadata?.deletionTimestamp === undefined;

/** The reason why a pod is not running yet. */
export function waitOf(pod: V1Pod): string {
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled) return unscheduled.message ?? unscheduled.reason ?? 'not scheduled yet';
  if (waiting?.reason) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  return pod.spec?.nodeName ? `starting on ${pod.spec.nodeName}` : 'waits for the scheduler';
}

/** The failure class that the cluster states for a pod; null if only the exit code is known. */
export function classOf(pod: V1Pod): JobClass | null {
  if (terminatedOf(pod)?.reason === 'OOMKilled') return 'outOfMemory';
  const disruption = disruptionOf(pod);
  if (disruption) return PREEMPTIONS.includes(disruption.reason) ? 'preempted' : 'infrastructure';
  if (pod.status?.reason === 'DeadlineExceeded') return 'timedOut';
  return NODE_REASONS.test(pod.status?.reason ?? '') ? 'infrastructure' : null;
}

/** The cluster's description of a pod's end, for people. */
export function endOf(pod: V1Pod): string {
  const terminated = terminatedOf(pod);
  const disruption = disruptionOf(pod);
  if (disruption) return `${disruption.reason}: ${disruption.message}`;
  if (pod.status?.message) return `${pod.status.reason ?? 'Failed'}: ${pod.status.message}`;
  if (terminated?.message) return terminated.message.trim();
  return terminated?.reason && !['Error', 'Completed'].includes(terminated.reason) ? terminated.reason : '';
}
