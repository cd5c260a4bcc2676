import { access } from 'node:fs/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  ListAnswer,
  StatusAnswer,
  SubmitAnswer,
} from '../../../../activities/ports/job-backend.js';
import { isOurs } from '../../../../contracts/job-owner.js';
import { codeOf, describe, isNotFound, openApi, orAbsent } from './api.js';
import {
  ENGINE_LABEL,
  JOB_NAME_LABEL,
  OWNER_UID_LABEL,
  engineSelector,
  labelValue,
  ownerOf,
} from './labels.js';
import { type KubernetesSite, jobManifest } from './manifest.js';
import { isOver, isUnconfirmed } from './pods.js';
import { endedBy, statusOf } from './states.js';
import { type StageOptions, folderOf, stageJob } from '../stage-job.js';

export interface KubernetesOptions extends StageOptions, Omit<KubernetesSite, 'jobsDir'> {
  /** Path of a kubeconfig, or `in-cluster`. */
  kubeconfig: string;
  namespace: string;
  /** The node program in the image: `node`, or a path. */
  node: string;
}

/**
 * Variables that a container takes from its worker. Paths, accelerators and user are those of its image and its
 * node.
 */
const INHERITED = /^(LANG|LC_.*|TZ|MLFLOW_TRACKING_URI)$/;
const environmentOf = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => INHERITED.test(name)));

const uidOf = (object: V1Job | V1Pod): string => object.metadata?.uid ?? '';
/**
 * Seconds from TERM to KILL when no grace is left. With 0 the pod's object is removed at once, and the end of its
 * processes is never confirmed.
 */
const KILL_SECONDS = 1;

/** Jobs of a Kubernetes cluster: batch/v1, one pod per node, with the jobs folder as a volume. */
export function openKubernetesBackend(options: KubernetesOptions): JobBackend {
  const { engineId, namespace, node, image, claim, user, dataDir } = options;
  const { batch, core } = openApi(options.kubeconfig);
  const site: KubernetesSite = { image, claim, user, jobsDir: dataDir };

  const read = (name: string): Promise<V1Job | undefined> =>
    orAbsent(batch.readNamespacedJob({ name, namespace }));
  const podsOf = async (labelSelector: string): Promise<V1Pod[]> =>
    (await core.listNamespacedPod({ namespace, labelSelector })).items;
  /** The pods of a job, without those of another installation's Job of the same name. */
  const ownPods = async (jobKey: string, labelSelector: string): Promise<V1Pod[]> =>
    (await podsOf(labelSelector)).filter(({ metadata }) =>
      isOurs({ jobKey, engineId: metadata?.labels?.[ENGINE_LABEL] }, labelValue(engineId)),
    );
  const handleOf = (job: V1Job): JobHandle => {
    const jobKey = job.metadata?.name ?? '';
    return { jobKey, nativeId: `${namespace}/${jobKey}`, nativeUid: uidOf(job) };
  };
  /** The Job of this name, if it is this installation's. */
  const readOwn = async (jobKey: string): Promise<V1Job | undefined> => {
    const job = await read(jobKey);
    return job && isOurs({ jobKey, engineId: ownerOf(job).engineId }, engineId) ? job : undefined;
  };
  /** A Job of the same name with another uid was created later and is another job. */
  const isSame = (job: V1Job, { nativeUid }: JobHandle): boolean =>
    nativeUid === null || nativeUid === uidOf(job);

  /** A container writes its log as soon as it starts, so the log's existence proves a start. */
  const began = (jobKey: string): Promise<boolean> =>
    access(folderOf(options, jobKey).log).then(
      () => true,
      () => false,
    );

  /** The last warning about an object. It is only a hint for people, so a refused request is ignored. */
  const warningOf = async (uid: string): Promise<string | undefined> => {
    const fieldSelector = `involvedObject.uid=${uid},type=Warning`;
    const events = await core.listNamespacedEvent({ namespace, fieldSelector }).catch(() => undefined);
    return events?.items.at(-1)?.message;
  };

  async function statusOfJob(
    job: V1Job,
    pods: V1Pod[],
  ): Promise<Exclude<StatusAnswer, { kind: 'unreachable' }>> {
    const jobKey = job.metadata?.name ?? '';
    return statusOf({
      job,
      pods,
      began: await began(jobKey),
      exit: await folderOf(options, jobKey).lastExit(),
      warning: pods.length === 0 ? await warningOf(uidOf(job)) : undefined,
      nowMs: Date.now(),
    });
  }

  /**
   * The status of a Job whose object is gone. Its pods may still exist, and its folder has the wrapper's exit
   * record.
   */
  async function statusOfGone({ jobKey, nativeUid }: JobHandle): Promise<StatusAnswer> {
    const owner = nativeUid === null ? `${JOB_NAME_LABEL}=${jobKey}` : `${OWNER_UID_LABEL}=${nativeUid}`;
    const live = (await ownPods(jobKey, owner)).filter(
      (pod) => !isOver(pod) && !isUnconfirmed(pod, Date.now()),
    );
    if (live.length > 0) return { kind: 'running' };
    const exit = await folderOf(options, jobKey).lastExit();
    const timedOut = exit?.ended.cause === 'deadline' ? 'timedOut' : null;
    return exit ? endedBy(exit, { exitCode: null, class: timedOut, reason: '' }) : { kind: 'absent' };
  }

  async function submit(request: JobRequest): Promise<SubmitAnswer> {
    const environment = environmentOf(options.environment);
    const staged = await stageJob({ ...options, environment }, request);
    const [, ...wrapper] = staged.command;
    const body = jobManifest(request, site, { ...staged, command: [node, ...wrapper] }, Date.now());
    try {
      return { kind: 'accepted', handle: handleOf(await batch.createNamespacedJob({ namespace, body })) };
    } catch (error) {
      const code = codeOf(error);
      const reason = describe(error);
      if (code === 409) return { kind: 'duplicate' };
      // False for refusals that may pass: in its first moments an API server does not know permissions yet, and a
      // full quota is temporary.
      const forEver =
        code === 403
          ? /denied the request|being terminated/.test(reason)
          : [400, 404, 422].includes(code ?? 0);
      return { kind: forEver ? 'refused' : 'unknown', reason };
    }
  }

  async function list(owner: string): Promise<ListAnswer> {
    const labelSelector = engineSelector(owner);
    const [{ items }, pods] = await Promise.all([
      batch.listNamespacedJob({ namespace, labelSelector }),
      podsOf(labelSelector),
    ]);
    const ours = items.filter((job) => ownerOf(job).engineId === owner);
    const jobs = ours.flatMap((job) => {
      const mine = pods.filter((pod) => pod.metadata?.labels?.[OWNER_UID_LABEL] === uidOf(job));
      // A suspended job that ran before is listed too: its attempt is over, but it could be resumed.
      const seen = { job, pods: mine, began: false, exit: undefined, warning: undefined, nowMs: Date.now() };
      const { kind } = statusOf(seen);
      const { jobDigest } = ownerOf(job);
      return kind === 'ended' || kind === 'absent' ? [] : [{ handle: handleOf(job), jobDigest, state: kind }];
    });
    return { kind: 'listed', jobs };
  }

  async function cancel(handle: JobHandle, { kill }: { kill: boolean }): Promise<void> {
    const job = await readOwn(handle.jobKey);
    const uid = job && isSame(job, handle) ? uidOf(job) : handle.nativeUid;
    if (!uid) return;
    if (job && uid === uidOf(job) && !job.metadata?.deletionTimestamp) {
      // The Job stays until its pods are gone. With a background delete its name would be free while they still
      // run.
      const body = { propagationPolicy: 'Foreground', preconditions: { uid } };
      await ignoringGone(batch.deleteNamespacedJob({ name: handle.jobKey, namespace, body }));
    }
    if (!kill && job) return;
    for (const pod of await ownPods(handle.jobKey, `${OWNER_UID_LABEL}=${uid}`)) {
      if (isOver(pod)) continue;
      const body = {
        ...(kill ? { gracePeriodSeconds: KILL_SECONDS } : {}),
        preconditions: { uid: uidOf(pod) },
      };
      await ignoringGone(core.deleteNamespacedPod({ name: pod.metadata?.name ?? '', namespace, body }));
    }
  }

  /** If the API server does not answer, or forbids the question, draw no conclusion about the job. */
  const asked = <T>(question: Promise<T>): Promise<T | { kind: 'unreachable'; reason: string }> =>
    question.catch((error: unknown) => ({ kind: 'unreachable' as const, reason: describe(error) }));

  return {
    listedWithinMs: 1_000,
    pollMs: 1_000,
    submit,
    find: (jobKey) =>
      asked(
        read(jobKey).then((job) =>
          job
            ? { kind: 'found' as const, handle: handleOf(job), ...ownerOf(job) }
            : { kind: 'absent' as const },
        ),
      ),
    list: (owner) => asked(list(owner)),
    status: (handle) =>
      asked(
        (async () => {
          const job = await readOwn(handle.jobKey);
          if (!job || !isSame(job, handle)) return statusOfGone(handle);
          return statusOfJob(job, await podsOf(`${OWNER_UID_LABEL}=${uidOf(job)}`));
        })(),
      ),
    cancel,
    logTail: ({ jobKey }, bytes) => folderOf(options, jobKey).logTail(bytes),
  };
}

/** Ignores an object that is gone already, or that was created anew meanwhile and is not the one meant. */
async function ignoringGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isNotFound(error) && codeOf(error) !== 409) throw error;
  });
}
