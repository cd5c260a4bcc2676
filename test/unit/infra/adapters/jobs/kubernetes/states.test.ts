import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import type { ExitRecord } from '../../../../../../activities/ports/exit-record.js';
import { type Seen, statusOf } from '../../../../../../infra/adapters/jobs/kubernetes/states.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const ago = (seconds: number): Date => new Date(NOW - seconds * 1_000);

const job = (more: { spec?: object; metadata?: object; conditions?: object[] } = {}): V1Job =>
  ({
    metadata: { name: 'ms-x-a1', ...more.metadata },
    spec: { parallelism: 1, ...more.spec },
    status: { conditions: more.conditions ?? [] },
  }) as V1Job;
const pod = (
  phase: string,
  more: { terminated?: object; conditions?: object[]; status?: object; metadata?: object } = {},
): V1Pod =>
  ({
    metadata: { ...more.metadata },
    spec: { nodeName: 'gpu1' },
    status: {
      phase,
      conditions: more.conditions ?? [],
      containerStatuses: [{ state: more.terminated ? { terminated: more.terminated } : {} }],
      ...more.status,
    },
  }) as unknown as V1Pod;
const failed = (exitCode: number, reason = 'Error', more: object = {}) =>
  pod('Failed', { terminated: { exitCode, reason, finishedAt: ago(1) }, ...more });
const disrupted = (reason: string) => ({
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason, message: 'it had to go' }],
});
const record = (code: number, cause: ExitRecord['ended']['cause']): ExitRecord => ({
  ended: { code, cause, reason: '' },
  usage: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 1 },
  at: '2026-01-01T00:00:00Z',
});
const look = (seen: Partial<Seen>) =>
  statusOf({ job: job(), pods: [], began: false, exit: undefined, warning: undefined, nowMs: NOW, ...seen });

describe('a job of Kubernetes', () => {
  it.each([
    ['an eviction', 'EvictionByEvictionAPI', 'preempted'],
    ['a pod of higher priority', 'PreemptionByScheduler', 'preempted'],
    ['the loss of its node', 'DeletionByTaintManager', 'infrastructure'],
    ['the clean-up after its node', 'DeletionByPodGC', 'infrastructure'],
    ['its kubelet', 'TerminationByKubelet', 'infrastructure'],
  ])('ended by %s is classed by that, not by its exit code', (_, reason, expected) => {
    const answer = look({ pods: [failed(75, 'Error', disrupted(reason))], exit: record(75, 'signalled') });
    expect(answer).toMatchObject({
      kind: 'ended',
      class: expected,
      exitCode: 75,
      reason: `${reason}: it had to go`,
    });
  });

  it('that failed by itself a moment before its pod was taken away has its own error', () => {
    const pods = [failed(65, 'Error', disrupted('EvictionByEvictionAPI'))];
    expect(look({ pods, exit: record(65, 'trainer') })).toMatchObject({ class: null, exitCode: 65 });
  });

  it('is out of memory when its container was, also when its wrapper could still speak', () => {
    expect(look({ pods: [failed(137, 'OOMKilled')] })).toMatchObject({ class: 'outOfMemory' });
    const spoke = look({ pods: [failed(137, 'OOMKilled')], exit: record(137, 'trainer') });
    expect(spoke).toMatchObject({ class: 'outOfMemory' });
  });

  it('is timed out by the deadline of its Job, whose pod is gone by then', () => {
    const conditions = [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'too long' }];
    expect(look({ job: job({ conditions }) })).toMatchObject({
      kind: 'ended',
      class: 'timedOut',
      exitCode: null,
    });
  });

  it('leaves the class to the exit code when the cluster has no reason of its own', () => {
    const conditions = [
      { type: 'Failed', status: 'True', reason: 'PodFailurePolicy', message: 'exit code 7' },
    ];
    expect(look({ job: job({ conditions }), pods: [failed(7)] })).toMatchObject({
      class: null,
      exitCode: 7,
      reason: 'exit code 7',
    });
  });

  it('ends with the last word of the process that had the claim, not with the code of a copy', () => {
    expect(look({ pods: [failed(79)], exit: record(75, 'signalled') })).toMatchObject({ exitCode: 75 });
  });

  it('whose pod is gone was pre-empted if there is an exit record, and otherwise lost its machine', () => {
    const message = 'Pod default/x has condition DisruptionTarget matching FailJob rule at index 0';
    const gone = job({
      conditions: [{ type: 'Failed', status: 'True', reason: 'PodFailurePolicy', message }],
    });
    expect(look({ job: gone, exit: record(75, 'signalled') })).toMatchObject({
      class: 'preempted',
      exitCode: 75,
    });
    expect(look({ job: gone })).toMatchObject({ class: 'infrastructure', exitCode: null, reason: message });
  });

  it('runs while a pod that was told to end is within its grace', () => {
    const ending = pod('Running', { metadata: { deletionTimestamp: new Date(NOW + 5_000) } });
    expect(look({ pods: [ending] })).toEqual({ kind: 'running' });
    expect(look({ pods: [ending], job: job({ spec: { suspend: true } }), began: true })).toEqual({
      kind: 'running',
    });
  });

  it('is over when its node does not confirm the end of its pod, although its Job waits for that', () => {
    const conditions = [{ type: 'FailureTarget', status: 'True', reason: 'PodFailurePolicy' }];
    const pods = [pod('Running', { metadata: { deletionTimestamp: ago(60) } })];
    expect(look({ job: job({ conditions }), pods })).toMatchObject({
      kind: 'ended',
      class: 'infrastructure',
      exitCode: null,
      reason: 'node gpu1 does not confirm that its pod is over',
    });
  });

  it('waits with the reason of the scheduler, of the container or of the cluster', () => {
    const unscheduled = [{ type: 'PodScheduled', status: 'False', message: '0/2 nodes are available' }];
    expect(look({ pods: [pod('Pending', { conditions: unscheduled })] })).toEqual({
      kind: 'queued',
      reason: '0/2 nodes are available',
    });
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    const pulling = pod('Pending', { status: { containerStatuses: [{ state: { waiting } }] } });
    expect(look({ pods: [pulling] })).toEqual({ kind: 'queued', reason: 'ImagePullBackOff: no such image' });
    expect(look({ warning: 'exceeded quota' })).toEqual({ kind: 'queued', reason: 'exceeded quota' });
  });

  it('that is suspended waits if it never began, and is over for its attempt if it did', () => {
    const suspended = job({ spec: { suspend: true } });
    expect(look({ job: suspended })).toEqual({ kind: 'queued', reason: 'suspended' });
    expect(look({ job: suspended, began: true, exit: record(75, 'signalled') })).toMatchObject({
      kind: 'ended',
      class: 'preempted',
      exitCode: 75,
    });
  });

  it('of several nodes waits for all of them, and ends with the first that failed', () => {
    const two = job({ spec: { parallelism: 2 } });
    expect(look({ job: two, pods: [pod('Running')] })).toMatchObject({ kind: 'queued' });
    expect(look({ job: two, pods: [pod('Running'), pod('Pending')] })).toMatchObject({ kind: 'queued' });
    expect(look({ job: two, pods: [pod('Running'), pod('Running')] })).toEqual({ kind: 'running' });
    expect(look({ job: two, pods: [pod('Succeeded'), pod('Running')] })).toEqual({ kind: 'running' });
    const ended = [
      failed(143),
      pod('Failed', { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: ago(9) } }),
    ];
    expect(look({ job: two, pods: ended })).toMatchObject({ exitCode: 137, class: 'outOfMemory' });
  });

  it('of several nodes that lost one is infrastructure, whatever its first node reports', () => {
    const index = (rank: number, more: object = {}) => ({
      metadata: { annotations: { 'batch.kubernetes.io/job-completion-index': String(rank) }, ...more },
    });
    const two = job({ spec: { parallelism: 2 } });
    const exit = record(1, 'trainer');
    const lost = [failed(1, 'Error', index(0)), failed(137, 'Error', index(1))];
    expect(look({ job: two, pods: lost, exit })).toMatchObject({ class: 'infrastructure' });
    // Killed for the sake of the first, which failed by itself.
    const told = [
      failed(1, 'Error', index(0)),
      failed(137, 'Error', index(1, { deletionTimestamp: ago(1) })),
    ];
    expect(look({ job: two, pods: told, exit })).toMatchObject({ class: null, exitCode: 1 });
  });
});
