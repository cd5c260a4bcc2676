import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubernetesObjectApi, loadYaml } from '@kubernetes/client-node';
import { freePort } from '../../../infra/dev/ports.js';
import { until } from '../until.js';
import type { Cluster } from './cluster.js';

export const hasKueue = (binaries: string): boolean => existsSync(join(binaries, 'kueue'));

const VERSION = 'v1beta2';
const GROUP = 'kueue.x-k8s.io';

interface Definition {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: { versions: { name: string; storage: boolean }[]; conversion?: unknown };
  status?: { conditions?: { type: string; status: string }[] };
}

/** Without its webhook, Kueue cannot convert between API versions, so one version is kept. */
function withOneVersion(definition: Definition): Definition {
  const { conversion: _, versions, ...spec } = definition.spec;
  const kept = versions.find(({ name }) => name === VERSION) ?? versions[0]!;
  return { ...definition, spec: { ...spec, versions: [{ ...kept, storage: true }] } };
}

/**
 * Kueue beside a cluster, with one queue `team-a` that has as many accelerators as one node. It needs no webhooks,
 * because jobs of a queue are created suspended anyway.
 */
export async function startKueue(
  cluster: Cluster,
  binaries: string,
): Promise<{ queue: string; quota: number }> {
  const objects = KubernetesObjectApi.makeApiClient(cluster.config);
  const crds = join(binaries, 'kueue-crds');
  for (const file of readdirSync(crds).filter((name) => name.endsWith('.yaml'))) {
    const definition = withOneVersion(loadYaml(readFileSync(join(crds, file), 'utf8')));
    const { apiVersion, kind, metadata } = await objects.create(definition);
    await until(async () => {
      const { status } = await objects.read<Definition>({ apiVersion, kind, metadata });
      return status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True');
    });
  }

  // The API server's certificate serves for ports that are never called.
  const certificates = join(cluster.root, 'certificates');
  mkdirSync(certificates, { recursive: true });
  copyFileSync(join(certificates, 'apiserver.crt'), join(certificates, 'tls.crt'));
  copyFileSync(join(certificates, 'apiserver.key'), join(certificates, 'tls.key'));
  const [health, webhook] = await Promise.all([freePort(), freePort()]);
  const config = join(cluster.root, 'kueue.json');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: `config.${GROUP}/${VERSION}`,
      kind: 'Configuration',
      namespace: 'kube-system',
      health: { healthProbeBindAddress: `127.0.0.1:${health}` },
      metrics: { bindAddress: '0' },
      webhook: { host: '127.0.0.1', port: webhook, certDir: certificates },
      leaderElection: { leaderElect: false },
      internalCertManagement: { enable: false },
      integrations: { frameworks: ['batch/job'] },
      // These features listen on all addresses, or need components that are missing here.
      featureGates: { VisibilityOnDemand: false, MultiKueue: false, TopologyAwareScheduling: false },
    }),
  );
  cluster.run('kueue', join(binaries, 'kueue'), [
    `--config=${config}`,
    `--kubeconfig=${cluster.kubeconfig.admin}`,
  ]);

  const quota = 4;
  const queue = 'team-a';
  const apiVersion = `${GROUP}/${VERSION}`;
  const limits = { cpu: '16', memory: '32Gi', 'nvidia.com/gpu': String(quota) };
  const resources = Object.entries(limits).map(([name, nominalQuota]) => ({ name, nominalQuota }));
  for (const object of [
    { apiVersion, kind: 'ResourceFlavor', metadata: { name: 'any' } },
    {
      apiVersion,
      kind: 'ClusterQueue',
      metadata: { name: 'gpus' },
      spec: {
        namespaceSelector: {},
        queueingStrategy: 'BestEffortFIFO',
        preemption: { withinClusterQueue: 'LowerPriority' },
        resourceGroups: [{ coveredResources: Object.keys(limits), flavors: [{ name: 'any', resources }] }],
      },
    },
    {
      apiVersion,
      kind: 'LocalQueue',
      metadata: { name: queue, namespace: 'default' },
      spec: { clusterQueue: 'gpus' },
    },
  ])
    await until(() => objects.create(object).catch(() => undefined));
  return { queue, quota };
}
