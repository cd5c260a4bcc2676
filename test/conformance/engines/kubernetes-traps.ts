import { expect, it } from 'vitest';
import type { JobHandle, JobRequest } from '../../../activities/ports/job-backend.js';
import { readHead } from '../../../activities/training/lease/head.js';
import { type Cluster, GPUS, NODES } from '../../support/kubernetes/cluster.js';
import type { TrainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { slow } from '../stage.js';
import { kueueTraps } from './kubernetes-kueue.js';
import type { Administration } from './kubernetes-administration.js';

/** Behaviour that only Kubernetes has. */
export function kubernetesTraps(cluster: Cluster, admin: Administration, bench: () => TrainingBench): void {
  const { batch, core, namespace } = admin;
  const resources = (gpus: number) => ({ ...bench().job('ok.py').resources, gpus });

  async function submitted(request: JobRequest): Promise<JobHandle> {
    const answer = await bench().backend.submit(request);
    if (answer.kind !== 'accepted') throw new Error(`${request.jobKey} is ${JSON.stringify(answer)}`);
    return answer.handle;
  }
  const status = (handle: JobHandle) => bench().backend.status(handle);
  const becomes = (handle: JobHandle, ...kinds: string[]) =>
    until(async () => {
      const answer = await status(handle);
      return kinds.includes(answer.kind) && answer;
    });
  const working = (jobKey: string) =>
    until(async () => (await bench().trainerProcesses({ jobKey })).length > 0);
  async function killed(handle: JobHandle): Promise<void> {
    await bench().backend.cancel(handle, { kill: true });
    await until(async () => (await bench().backend.find(handle.jobKey)).kind === 'absent');
    await until(async () => (await bench().processes(handle)).length === 0);
  }

  it('takes a Job that was deleted and made again for another one, and leaves it alone', async () => {
    const request = await bench().request(bench().job('steps.py', slow));
    const { jobKey } = request;
    const first = await submitted(request);
    await until(async () => (await bench().backend.logTail(first, 10_000)).includes('starting at'));
    await killed(first);
    const second = await submitted(request);

    expect(second.nativeUid).not.toBe(first.nativeUid);
    // The attempt is already claimed: the new pod exits, and the exit record of the claimant is used.
    expect(await becomes(second, 'ended')).toMatchObject({ exitCode: 75 });
    const log = await bench().backend.logTail(second, 10_000);
    expect(log).toContain('another copy owns this job');
    expect(log.match(/starting at/g)).toHaveLength(1);
    await bench().backend.cancel(first, { kill: true });
    expect(await bench().backend.find(jobKey)).toMatchObject({ kind: 'found', handle: second });
    await killed(second);
  });

  it('sees a pod that runs although its Job is gone, and can stop it', async () => {
    const request = await bench().request(bench().job('steps.py', slow));
    const handle = await submitted(request);
    await working(handle.jobKey);
    await batch.deleteNamespacedJob({
      name: handle.jobKey,
      namespace,
      body: { propagationPolicy: 'Orphan' },
    });
    await until(async () => (await bench().backend.find(handle.jobKey)).kind === 'absent');

    expect(await status(handle)).toEqual({ kind: 'running' });
    await bench().backend.cancel(handle, { kill: false });
    expect(await becomes(handle, 'ended')).toMatchObject({ exitCode: 75 });
    expect(await bench().processes(handle)).toHaveLength(0);
  });

  it('has one Job of a name, also after it is over', async () => {
    const job = bench().job('ok.py');
    const request = await bench().request(job);
    const answers = await Promise.all([1, 2, 3].map(() => bench().backend.submit(request)));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
    await bench().collect(job, await bench().dispatch(job));

    expect(await bench().backend.submit(request)).toEqual({ kind: 'duplicate' });
  });

  it('lets the fifth job of one accelerator wait for the four that there are, and says why', async () => {
    const [spare = '', node = ''] = NODES;
    await core.patchNode({ name: spare, body: { spec: { unschedulable: true } } }, admin.merging);
    const five = await Promise.all(
      Array.from({ length: GPUS + 1 }, () =>
        bench().request(bench().job('steps.py', { ...slow, resources: resources(1) })),
      ),
    );
    const handles: JobHandle[] = [];
    for (const request of five.slice(0, GPUS)) handles.push(await submitted(request));
    for (const handle of handles) expect(await admin.nodeOf(handle.jobKey)).toBe(node);
    const fifth = await submitted(five[GPUS]!);
    const waits = await until(async () => {
      const answer = await status(fifth);
      return answer.kind === 'queued' && /Insufficient/.test(answer.reason) && answer;
    });

    expect(waits.reason).toContain('Insufficient nvidia.com/gpu');
    await killed(handles[0]!);
    expect(await becomes(fifth, 'running')).toEqual({ kind: 'running' });
    await Promise.all([...handles.slice(1), fifth].map(killed));
    await core.patchNode({ name: spare, body: { spec: { unschedulable: false } } }, admin.merging);
  });

  it('never calls the job of a lost node failed, while its process lives on: it is fenced, and the other node resumes', async () => {
    const job = bench().job('steps.py', { params: { steps: 1_200, pause: 0.05 } });
    const first = await bench().dispatch(job);
    await until(async () => (await readHead(bench().objects, bench().lease(job.intent)))?.checkpoint);
    const node = await admin.nodeOf(first.jobKey);
    await cluster.killKubelet(node);
    const outcome = await bench().collect(job, first);

    expect(outcome).toMatchObject({ state: 'failed', class: 'infrastructure' });
    expect(outcome.reason).toContain(node);
    const { status: native } = await batch.readNamespacedJob({ name: first.jobKey, namespace });
    // Kubernetes waits for the node's confirmation without a limit.
    expect(native?.terminating).toBe(1);
    expect(native?.conditions?.map(({ type }) => type) ?? []).not.toContain('Failed');
    expect(await bench().trainerProcesses(first)).toHaveLength(1);

    const second = await bench().dispatch(job, 2);
    await until(async () => (await bench().processes(first)).length === 0);
    expect(await bench().collect(job, second)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(await admin.nodeOf(second.jobKey)).not.toBe(node);
    await cluster.startKubelet(node);
    await until(async () => {
      const { spec } = await core.readNode({ name: node });
      return (spec?.taints ?? []).length === 0;
    });
  });

  it('takes the room of a job for one of a higher priority: it is pre-empted', async () => {
    const [spare = ''] = NODES;
    await core.patchNode({ name: spare, body: { spec: { unschedulable: true } } }, admin.merging);
    const low = bench().job('steps.py', { ...slow, resources: resources(GPUS) });
    const attempt = await bench().dispatch(low);
    await working(attempt.jobKey);
    const high = bench().job('ok.py', {
      resources: resources(GPUS),
      placement: { kubernetes: { priorityClass: admin.priorityClass } },
    });
    const winner = await bench().dispatch(high);
    const outcome = await bench().collect(low, attempt);

    expect(outcome).toMatchObject({ state: 'failed', class: 'preempted', exitCode: 75 });
    expect(await bench().collect(high, winner)).toMatchObject({ state: 'succeeded' });
    await core.patchNode({ name: spare, body: { spec: { unschedulable: false } } }, admin.merging);
  });

  it('keeps a job when API server and etcd are killed right after it was taken', async () => {
    const job = bench().job('ok.py');
    const attempt = await bench().dispatch(job);
    await admin.killApi();
    await admin.startApi();

    expect(await bench().collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
    await until(async () => {
      const { status: native } = await batch.readNamespacedJob({ name: attempt.jobKey, namespace });
      return native?.succeeded === 1;
    });
  });

  it('is over for its attempt when it is suspended while it runs, and the next one resumes', async () => {
    const job = bench().job('steps.py', { params: { steps: 60, pause: 0.1 } });
    const first = await bench().dispatch(job);
    await until(async () => (await readHead(bench().objects, bench().lease(job.intent)))?.checkpoint);
    await admin.suspend(first.jobKey, true);
    const outcome = await bench().collect(job, first);

    expect(outcome).toMatchObject({ state: 'failed', class: 'preempted', exitCode: 75 });
    // The suspended job could still be resumed, and the reaper finds it by its label.
    const listed = await bench().backend.list(bench().engineId);
    const left = listed.kind === 'listed' ? listed.jobs.map(({ handle }) => handle) : [];
    expect(left.map(({ jobKey }) => jobKey)).toEqual([first.jobKey]);
    const second = await bench().collect(job, await bench().dispatch(job, 2));
    expect(second.result?.metrics['started_at']).toBeGreaterThan(0);
    await killed(left[0]!);
  });

  it('is created suspended for a queue, waits, and runs once it is admitted', async () => {
    const job = bench().job('ok.py', { placement: { kubernetes: { queue: 'team-b' } } });
    const attempt = await bench().dispatch(job);
    const found = await bench().backend.find(attempt.jobKey);
    if (found.kind !== 'found') throw new Error(found.kind);
    expect(await status(found.handle)).toMatchObject({
      kind: 'queued',
      reason: expect.stringContaining('team-b') as string,
    });
    const { metadata, spec } = await batch.readNamespacedJob({ name: attempt.jobKey, namespace });
    expect(spec?.suspend).toBe(true);
    expect(metadata?.labels).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'team-b' });
    await admin.suspend(attempt.jobKey, false);

    expect(await bench().collect(job, attempt)).toMatchObject({ state: 'succeeded' });
  });

  it('says why a job has no pod', async () => {
    const placement = { kubernetes: { priorityClass: 'nobody-made-it' } };
    const handle = await submitted(await bench().request(bench().job('ok.py', { placement })));
    const waits = await until(async () => {
      const answer = await status(handle);
      return answer.kind === 'queued' && /nobody-made-it/.test(answer.reason) && answer;
    });
    expect(waits.reason).toContain('no PriorityClass with name nobody-made-it was found');
    await killed(handle);
  });

  it('refuses a job that its API server will never take, and says why', async () => {
    const placement = { kubernetes: { nodeSelector: { zone: 'not a label!' } } };
    const answer = await bench().backend.submit(await bench().request(bench().job('ok.py', { placement })));
    expect(answer).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('not a label!') as string,
    });
  });

  it('does not take “forbidden” for “not there”', async () => {
    const elsewhere = admin.backendIn('kube-system', bench().backendOptions);
    const request = await bench().request(bench().job('ok.py'));
    const handle = { jobKey: request.jobKey, nativeId: '', nativeUid: null };
    const forbidden = { kind: 'unreachable', reason: expect.stringContaining('forbidden') as string };
    expect(await elsewhere.find(request.jobKey)).toMatchObject(forbidden);
    expect(await elsewhere.status(handle)).toMatchObject(forbidden);
    expect(await elsewhere.list(bench().engineId)).toMatchObject(forbidden);
    // In its first moments, an API server forbids requests that it allows later.
    expect(await elsewhere.submit(request)).toMatchObject({ ...forbidden, kind: 'unknown' });
  });

  kueueTraps(cluster, admin, bench);
}
