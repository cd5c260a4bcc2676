import type { V1Job, V1JobCondition, V1Pod } from '@kubernetes/client-node';
import type { ExitRecord } from '../../../../activities/ports/exit-record.js';
import type { StatusAnswer, Unreachable } from '../../../../activities/ports/job-backend.js';
import type { JobClass } from '../../../../contracts/training.js';
import { QUEUE_LABEL } from './labels.js';
import { classOf, endOf, isLostPeer, isOver, isUnconfirmed, terminatedOf, waitOf } from './pods.js';

/** The observable facts about a job: its objects, and the wrapper's files in its folder. */
export interface Seen {
  job: V1Job;
  pods: V1Pod[];
  /** True when one of its containers has started at some time. */
  began: boolean;
  exit: ExitRecord | undefined;
  /** The cluster's last warning, e.g. the reason for a missing pod. */
  warning: string | undefined;
  nowMs: number;
}

type Ended = Extract<StatusAnswer, { kind: 'ended' }>;

const conditionOf = ({ status }: V1Job, ...types: string[]): V1JobCondition | undefined =>
  status?.conditions?.find((condition) => types.includes(condition.type) && condition.status === 'True');

/** The pod that failed first. The other pods of the job were ended because of it. */
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
  // The trainer ended by itself before anything could stop it.
  if (exit?.ended.cause === 'trainer' || exit?.ended.cause === 'contract') return null;
  const first = firstFailed(pods);
  const said = (first && classOf(first)) ?? classes.find((named) => named !== null);
  if (said) return said;
  if (pods.some((pod) => isUnconfirmed(pod, nowMs))) return 'infrastructure';
  // The pod is gone, and the kind of disruption with it. If the wrapper could still write its exit record, the
  // disruption gave notice.
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

/**
 * The wrapper's exit record takes precedence over the container's exit code: a copy that met the claim exits with a
 * code of its own.
 */
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

/** The status of a Kubernetes job. Pure. */
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
    // A resumed pod would meet its own claim. So this attempt is over, and the next one resumes from the
    // checkpoint.
    if (began)
      return { ...ended(seen), class: ended(seen).class ?? 'preempted', reason: 'suspended while it ran' };
    const queue = job.metadata?.labels?.[QUEUE_LABEL];
    const waits = queue === undefined ? 'suspended' : `suspended until queue ${queue} admits it`;
    return { kind: 'queued', reason: warning ?? waits };
  }
  return { kind: 'queued', reason: warning ?? 'its pod is not made yet' };
}
