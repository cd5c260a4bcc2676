import { createHash } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import type { JobRequest } from '../../../../activities/ports/job-backend.js';

/** Label on Jobs and their pods that selects the jobs of one installation. */
export const ENGINE_LABEL = 'mainspring/engine';
/**
 * Label that the Job controller sets on its pods. It tells a Job's pods from those of another Job with the same
 * name.
 */
export const OWNER_UID_LABEL = 'batch.kubernetes.io/controller-uid';
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';
/** Annotation with the rank of a pod in an Indexed Job. */
export const INDEX_ANNOTATION = 'batch.kubernetes.io/job-completion-index';
export const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';

const ENGINE_ID = 'mainspring/engine-id';
const JOB_DIGEST = 'mainspring/job-digest';

/**
 * An engine id as a label value. Labels allow at most 63 characters from a small set, but an engine id is free
 * text.
 */
export const labelValue = (text: string): string =>
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text)
    ? text
    : `sha256-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

export const engineSelector = (engineId: string): string => `${ENGINE_LABEL}=${labelValue(engineId)}`;

export const annotationsOf = ({ engineId, jobDigest, order }: JobRequest): Record<string, string> => ({
  [ENGINE_ID]: engineId,
  [JOB_DIGEST]: jobDigest,
  'mainspring/intent': order.intent,
  'mainspring/attempt': String(order.attempt),
});

/** Engine id and job digest of a Job. Both are empty for a Job of another owner, so that it is never adopted. */
export function ownerOf(job: V1Job): { engineId: string; jobDigest: string } {
  const annotations = job.metadata?.annotations ?? {};
  return { engineId: annotations[ENGINE_ID] ?? '', jobDigest: annotations[JOB_DIGEST] ?? '' };
}
