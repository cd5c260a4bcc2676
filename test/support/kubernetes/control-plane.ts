import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig, CoreV1Api } from '@kubernetes/client-node';
import { type Child, startChild } from '../../../infra/dev/child.js';
import { freePort } from '../../../infra/dev/ports.js';
import { tether } from '../tether.js';

/** Users of the API server, each with a token: an administrator, and one with the permissions of a Role. */
export const ADMIN = 'admin';
export const ENGINE_USER = 'mainspring';

const READY_MS = 60_000;
const LOOK_MS = 100;
/** The controllers that Jobs, pods and nodes need. */
const CONTROLLERS = [
  'job-controller',
  'ttl-after-finished-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'pod-garbage-collector-controller',
  'node-lifecycle-controller',
  'taint-eviction-controller',
  'disruption-controller',
  'resourcequota-controller',
  'serviceaccount-controller',
];
/**
 * A node that is silent for 8 s is lost, and its pods are given up 6 s later. Production clusters wait for 50 s and
 * 5 minutes.
 */
const NODE_GRACE = '8s';
const TOLERATION_SECONDS = 6;

type Part = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

function kubeconfig(path: string, user: string, server: string, token: string): string {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'test', server, skipTLSVerify: true }],
    users: [{ name: user, token }],
    contexts: [{ name: 'test', cluster: 'test', user }],
    currentContext: 'test',
  });
  writeFileSync(path, config.exportConfig(), { mode: 0o600 });
  return path;
}

/**
 * A real control plane: etcd, API server, controller manager and scheduler on 127.0.0.1 and free ports, with all
 * files in a temporary folder. Needs no root. Ends with `stop`, or when this process is killed.
 *
 * @param binaries folder that build.sh filled
 */
export async function startControlPlane(binaries: string) {
  const root = mkdtempSync(join(tmpdir(), 'mainspring-kubernetes-'));
  const gone = tether(root);
  const running = new Map<string, Child>();
  const path = (name: string): string => join(root, name);
  const tokens = { [ADMIN]: randomUUID(), [ENGINE_USER]: randomUUID() };
  const [port, client, peer] = await Promise.all([freePort(), freePort(), freePort()]);
  const server = `https://127.0.0.1:${port}`;
  mkdirSync(path('certificates'));
  writeFileSync(
    path('tokens.csv'),
    `${tokens[ADMIN]},${ADMIN},1,"system:masters"\n${tokens[ENGINE_USER]},${ENGINE_USER},2\n`,
    { mode: 0o600 },
  );
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = path('service-accounts.key');
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const admin = kubeconfig(path('admin.kubeconfig'), ADMIN, server, tokens[ADMIN]);
  const engine = kubeconfig(path('engine.kubeconfig'), ENGINE_USER, server, tokens[ENGINE_USER]);

  const args: Record<Part, string[]> = {
    etcd: [
      `--data-dir=${path('etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
    ],
    'kube-apiserver': [
      `--etcd-servers=http://127.0.0.1:${client}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${path('certificates')}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${path('tokens.csv')}`,
      '--service-account-issuer=https://kubernetes.test',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      '--service-cluster-ip-range=10.1.0.0/16',
      '--disable-admission-plugins=ServiceAccount',
      '--endpoint-reconciler-type=none',
      `--default-not-ready-toleration-seconds=${TOLERATION_SECONDS}`,
      `--default-unreachable-toleration-seconds=${TOLERATION_SECONDS}`,
    ],
    'kube-controller-manager': [
      `--kubeconfig=${admin}`,
      '--secure-port=0',
      '--leader-elect=false',
      `--controllers=${CONTROLLERS.join(',')}`,
      `--node-monitor-grace-period=${NODE_GRACE}`,
      '--node-monitor-period=2s',
    ],
    'kube-scheduler': [`--kubeconfig=${admin}`, '--secure-port=0', '--leader-elect=false'],
  };

  /** Start a process that ends with this control plane in every case. */
  function run(name: string, command: string, argv: string[], onMessage?: (message: unknown) => void): Child {
    const child = startChild({
      command,
      args: argv,
      env: process.env,
      cwd: root,
      logFile: path(`${name}.log`),
      ...(onMessage && { onMessage }),
    });
    gone.hold(child);
    running.set(name, child);
    return child;
  }
  const start = (part: Part): Child => run(part, join(binaries, part), args[part]);
  async function kill(name: string): Promise<void> {
    await running.get(name)?.stop('SIGKILL', 0);
    running.delete(name);
  }

  async function stop(): Promise<void> {
    await Promise.all([...running.keys()].map(kill));
    gone.release();
    await rm(root, { recursive: true, force: true });
  }

  const config = new KubeConfig();
  config.loadFromFile(admin);
  const core = config.makeApiClient(CoreV1Api);
  async function answers(): Promise<void> {
    for (const end = Date.now() + READY_MS; ; await sleep(LOOK_MS)) {
      const ready = await core.readNamespace({ name: 'default' }).catch((error: unknown) => error);
      if (!(ready instanceof Error)) return;
      if (Date.now() > end) {
        const logs = path('kube-apiserver.log');
        throw new Error(
          `the API server does not answer after ${READY_MS / 1_000} s (${logs}): ${ready.message}`,
        );
      }
    }
  }

  start('etcd');
  start('kube-apiserver');
  try {
    await answers();
    start('kube-controller-manager');
    start('kube-scheduler');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    root,
    /** Paths of kubeconfigs. */
    kubeconfig: { admin, engine },
    config,
    /** The last lines in the log of one of its processes. */
    log: (name: string): string => readFileSync(path(`${name}.log`), 'utf8').slice(-2_000),
    run,
    kill,
    start,
    answers,
    stop,
  };
}
export type ControlPlane = Awaited<ReturnType<typeof startControlPlane>>;
