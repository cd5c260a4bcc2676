import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import type { JobClass } from '../../../../contracts/training.js';
import { INDEX_ANNOTATION } from './labels.js';

/** After its grace a pod is gone within a few seconds, unless its node does not answer. */
const UNCONFIRMED_MS = 15_000;

const PREEMPTIONS = ['PreemptionByScheduler', 'EvictionByEvictionAPI'];
/** Why a node itself refused a pod or let go of it. */
const NODE_REASONS =
  /^(Evicted|NodeLost|NodeShutdown|Terminated|Shutdown|UnexpectedAdmissionError|OutOf\w+)$/;

export const isOver = (pod: V1Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/**
 * Told to end, and its node does not confirm it: the process may live on. Nothing that it writes counts once the head has
 * moved on, so the attempt is over for us, while Kubernetes waits for the node for ever.
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
 * A machine beside the first of its job that was lost: nobody told it to end, and its wrapper, which ends well whatever its
 * trainer does, did not. What the first one says of itself is then no more than the consequence.
 */
export const isLostPeer = (pod: V1Pod): boolean =>
  Number(pod.metadata?.annotations?.[INDEX_ANNOTATION] ?? 0) > 0 &&
  pod.status?.phase === 'Failed' &&
  pod.metadata?.deletionTimestamp === undefined;

/** Why a pod does not run yet. */
export function waitOf(pod: V1Pod): string {
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled) return unscheduled.message ?? unscheduled.reason ?? 'not scheduled yet';
  if (waiting?.reason) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  return pod.spec?.nodeName ? `starting on ${pod.spec.nodeName}` : 'waits for the scheduler';
}

/** The cluster's own word for why a pod ended; null when only its exit code speaks. */
export function classOf(pod: V1Pod): JobClass | null {
  if (terminatedOf(pod)?.reason === 'OOMKilled') return 'outOfMemory';
  const disruption = disruptionOf(pod);
  if (disruption) return PREEMPTIONS.includes(disruption.reason) ? 'preempted' : 'infrastructure';
  if (pod.status?.reason === 'DeadlineExceeded') return 'timedOut';
  return NODE_REASONS.test(pod.status?.reason ?? '') ? 'infrastructure' : null;
}

/** What the cluster says about the end of a pod, for people. */
export function endOf(pod: V1Pod): string {
  const terminated = terminatedOf(pod);
  const disruption = disruptionOf(pod);
  if (disruption) return `${disruption.reason}: ${disruption.message}`;
  if (pod.status?.message) return `${pod.status.reason ?? 'Failed'}: ${pod.status.message}`;
  if (terminated?.message) return terminated.message.trim();
  return terminated?.reason && !['Error', 'Completed'].includes(terminated.reason) ? terminated.reason : '';
}
