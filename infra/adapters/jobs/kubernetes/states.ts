import type { V1Job, V1JobCondition, V1Pod } from '@kubernetes/client-node';
import type { ExitRecord } from '../../../../activities/ports/exit-record.js';
import type { StatusAnswer, Unreachable } from '../../../../activities/ports/job-backend.js';
import type { JobClass } from '../../../../contracts/training.js';
import { QUEUE_LABEL } from './labels.js';
import { classOf, endOf, isLostPeer, isOver, isUnconfirmed, terminatedOf, waitOf } from './pods.js';

/** What there is to see of a job: its objects, and what its wrapper left in its folder. */
export interface Seen {
  job: V1Job;
  pods: V1Pod[];
  /** A container of it has started, now or earlier. */
  began: boolean;
  exit: ExitRecord | undefined;
  /** The cluster's last warning, e.g. why there is no pod. */
  warning: string | undefined;
  nowMs: number;
}

type Ended = Extract<StatusAnswer, { kind: 'ended' }>;

const conditionOf = ({ status }: V1Job, ...types: string[]): V1JobCondition | undefined =>
  status?.conditions?.find((condition) => types.includes(condition.type) && condition.status === 'True');

/** The first that failed: the others of its job were ended for its sake. */
const firstFailed = (pods: V1Pod[]): V1Pod | undefined =>
  pods
    .filter((pod) => pod.status?.phase === 'Failed')
    .sort((a, b) => endedAt(a) - endedAt(b))
    .at(0);
const endedAt = (pod: V1Pod): number => new Date(terminatedOf(pod)?.finishedAt ?? 0).getTime();

function nativeClass({ job, pods, exit, nowMs }: Seen): JobClass | null {
  const classes = pods.map(classOf);
  if (classes.includes('outOfMemory')) return 'outOfMemory';
  if (
    exit?.ended.cause === 'deadline' ||
    conditionOf(job, 'Failed', 'FailureTarget')?.reason === 'DeadlineExceeded'
  )
    return 'timedOut';
  const peer = pods.find(isLostPeer);
  if (peer) return classOf(peer) ?? 'infrastructure';
  // Ended by itself before somebody could end it.
  if (exit?.ended.cause === 'trainer' || exit?.ended.cause === 'contract') return null;
  const first = firstFailed(pods);
  const said = (first && classOf(first)) ?? classes.find((named) => named !== null);
  if (said) return said;
  if (pods.some((pod) => isUnconfirmed(pod, nowMs))) return 'infrastructure';
  // The pod is gone, and with it the kind of disruption. One that left time for a last word was a polite one.
  const disrupted = conditionOf(job, 'Failed', 'FailureTarget')?.message?.includes('DisruptionTarget');
  if (disrupted) return exit?.ended.cause === 'signalled' ? 'preempted' : 'infrastructure';
  return null;
}

function ended(seen: Seen): Ended {
  const { job, pods, exit, nowMs } = seen;
  const failed = firstFailed(pods);
  const unconfirmed = pods.find((pod) => isUnconfirmed(pod, nowMs));
  const native = failed
    ? terminatedOf(failed)?.exitCode
    : pods.length > 0 && pods.every(isOver)
      ? 0
      : undefined;
  const why =
    (failed && endOf(failed)) ||
    (unconfirmed && `node ${unconfirmed.spec?.nodeName ?? ''} does not confirm that its pod is over`) ||
    conditionOf(job, 'Failed', 'FailureTarget')?.message ||
    '';
  return endedBy(exit, { exitCode: native ?? null, class: nativeClass(seen), reason: why });
}

/** The wrapper's last word before the container's: a copy that met the claim ends with a code of its own. */
export const endedBy = (
  exit: ExitRecord | undefined,
  native: Pick<Ended, 'exitCode' | 'class' | 'reason'>,
): Ended => ({
  kind: 'ended',
  exitCode: exit?.ended.code ?? native.exitCode,
  class: native.class,
  reason: exit?.ended.reason || native.reason,
  spend: exit?.usage ?? null,
});

/** How a job of Kubernetes stands. Pure. */
export function statusOf(seen: Seen): Exclude<StatusAnswer, Unreachable> {
  const { job, pods, began, warning, nowMs } = seen;
  const nodes = job.spec?.parallelism ?? 1;
  const live = pods.filter((pod) => !isOver(pod) && !isUnconfirmed(pod, nowMs));
  if (live.length > 0) {
    const staying = live.filter((pod) => !pod.metadata?.deletionTimestamp);
    const pending = staying.find((pod) => pod.status?.phase === 'Pending');
    if (pending) return { kind: 'queued', reason: waitOf(pending) };
    const missing = staying.length > 0 && pods.length < nodes;
    return missing
      ? { kind: 'queued', reason: `${pods.length} of its ${nodes} pods are made` }
      : { kind: 'running' };
  }
  if (conditionOf(job, 'Complete', 'Failed') || job.metadata?.deletionTimestamp) return ended(seen);
  if (pods.some((pod) => pod.status?.phase === 'Failed' || isUnconfirmed(pod, nowMs))) return ended(seen);
  if (pods.length >= nodes) return ended(seen);
  if (conditionOf(job, 'FailureTarget')) return ended(seen);
  if (job.spec?.suspend) {
    // It would meet its own claim when it is resumed: its attempt is over, and the next one goes on from the checkpoint.
    if (began)
      return { ...ended(seen), class: ended(seen).class ?? 'preempted', reason: 'suspended while it ran' };
    const queue = job.metadata?.labels?.[QUEUE_LABEL];
    const waits = queue === undefined ? 'suspended' : `suspended until queue ${queue} admits it`;
    return { kind: 'queued', reason: warning ?? waits };
  }
  return { kind: 'queued', reason: warning ?? 'its pod is not made yet' };
}
