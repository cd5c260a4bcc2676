import { describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../../../../activities/ports/job-backend.js';
import { labelValue } from '../../../../../../infra/adapters/jobs/kubernetes/labels.js';
import { jobManifest } from '../../../../../../infra/adapters/jobs/kubernetes/manifest.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const request = {
  jobKey: 'ms-x-a1',
  engineId: 'engine of the lab',
  jobDigest: 'd'.repeat(64),
  placement: {},
  order: {
    intent: 'model/run/trial-0',
    attempt: 1,
    resources: { cpus: 2, memory: '512MiB', gpus: 0, nodes: 1 },
    deadline: new Date(NOW + 60_000).toISOString(),
    timing: { beatMs: 3_000, leaseMs: 600_000, graceMs: 25_000 },
  },
} as unknown as JobRequest;
const site = { image: 'trainer:1', claim: 'jobs', jobsDir: '/jobs', user: { uid: 7, gid: 8 } };
const staged = { command: ['node', 'wrapper.mjs'], cwd: '/jobs/x', env: { TZ: 'UTC' } };
const manifest = (more: Partial<JobRequest> = {}, where = site as Parameters<typeof jobManifest>[1]) =>
  jobManifest({ ...request, ...more }, where, staged, NOW);

describe('the manifest of a job', () => {
  it('allows the cluster no second start of its own', () => {
    const { spec } = manifest();
    expect(spec).toMatchObject({
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
    });
    expect(spec?.template.spec?.restartPolicy).toBe('Never');
    expect(spec?.podFailurePolicy?.rules.map(({ action }) => action)).toEqual(['FailJob', 'FailJob']);
  });

  it('gives the wrapper its grace and time to upload, and ends it only long after its own deadline', () => {
    const { spec } = manifest();
    expect(spec?.template.spec?.terminationGracePeriodSeconds).toBe(30);
    expect(spec?.activeDeadlineSeconds).toBe(60 + 25 + 300);
  });

  it('asks for what the job needs, no more and no less', () => {
    const resources = { ...request.order.resources, gpus: 2, gpuType: 'H100' };
    const { spec } = manifest({ order: { ...request.order, resources } });
    const limits = { cpu: '2', memory: String(512 * 2 ** 20), 'nvidia.com/gpu': '2' };
    expect(spec?.template.spec?.containers[0]?.resources).toEqual({ limits, requests: limits });
    expect(spec?.template.spec?.nodeSelector).toEqual({ 'nvidia.com/gpu.product': 'H100' });
    expect(manifest().spec?.template.spec?.containers[0]?.resources?.limits).not.toHaveProperty(
      'nvidia.com/gpu',
    );
  });

  it('says whose it is in a form that can be selected, and in full', () => {
    const { metadata, spec } = manifest();
    const label = labelValue(request.engineId);
    expect(label).toMatch(/^sha256-[0-9a-f]{32}$/);
    expect(labelValue('engine-1')).toBe('engine-1');
    expect(metadata?.labels).toEqual({ 'mainspring/engine': label });
    expect(spec?.template.metadata?.labels).toEqual({ 'mainspring/engine': label });
    expect(metadata?.annotations).toMatchObject({ 'mainspring/engine-id': 'engine of the lab' });
  });

  it('waits suspended only for a queue', () => {
    expect(manifest().spec?.suspend).toBe(false);
    const queued = manifest({ placement: { kubernetes: { queue: 'team-a', priorityClass: 'low' } } });
    expect(queued.spec?.suspend).toBe(true);
    expect(queued.metadata?.labels).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'team-a' });
    expect(queued.spec?.template.spec?.priorityClassName).toBe('low');
  });

  it('mounts the jobs folder where the workers have it, from a claim or from the node', () => {
    const [claimed] = manifest().spec?.template.spec?.volumes ?? [];
    expect(claimed).toEqual({ name: 'jobs', persistentVolumeClaim: { claimName: 'jobs' } });
    const [ofNode] = manifest({}, { ...site, claim: null }).spec?.template.spec?.volumes ?? [];
    expect(ofNode).toEqual({ name: 'jobs', hostPath: { path: '/jobs', type: 'Directory' } });
    expect(manifest().spec?.template.spec?.containers[0]?.volumeMounts?.[0]).toEqual({
      name: 'jobs',
      mountPath: '/jobs',
    });
  });

  it('runs as the worker does, without a token of the cluster', () => {
    expect(manifest().spec?.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsUser: 7, runAsGroup: 8 },
    });
  });

  it('of several nodes is one Job of as many indexed pods, each on a machine of its own, that find each other', () => {
    const resources = { ...request.order.resources, nodes: 2 };
    const { spec } = manifest({ order: { ...request.order, resources } });
    expect(spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 2,
      parallelism: 2,
      backoffLimit: 0,
    });
    const pod = spec?.template.spec;
    expect(pod?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]).toMatchObject(
      {
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: { 'batch.kubernetes.io/job-name': 'ms-x-a1' } },
      },
    );
    const names = pod?.containers[0]?.env?.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['MAINSPRING_GANG', 'MAINSPRING_RANK', 'MASTER_ADDR']));
    expect(manifest().spec).not.toHaveProperty('completionMode');
  });
});
