import { createHash } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import type { JobRequest } from '../../../../activities/ports/job-backend.js';

/** On Jobs and their pods; what selects the jobs of one installation. */
export const ENGINE_LABEL = 'mainspring/engine';
/** Set by the Job controller on its pods: they belong to this Job, and not to one of the same name. */
export const OWNER_UID_LABEL = 'batch.kubernetes.io/controller-uid';
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';
/** Rank of a pod of an Indexed Job. */
export const INDEX_ANNOTATION = 'batch.kubernetes.io/job-completion-index';
export const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';

const ENGINE_ID = 'mainspring/engine-id';
const JOB_DIGEST = 'mainspring/job-digest';

/** A label takes 63 characters of few kinds; an engine id is free text. */
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

/** Whose job it is and what it does; empty for a Job that is not ours, which is then never adopted. */
export function ownerOf(job: V1Job): { engineId: string; jobDigest: string } {
  const annotations = job.metadata?.annotations ?? {};
  return { engineId: annotations[ENGINE_ID] ?? '', jobDigest: annotations[JOB_DIGEST] ?? '' };
}
