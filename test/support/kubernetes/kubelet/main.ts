// A kubelet without containers: `main.ts KUBECONFIG NODE GPUS FOLDER` registers a node and runs the pods bound to it as processes.
import { CoreV1Api, KubeConfig, type V1Pod, makeInformer } from '@kubernetes/client-node';
import { nodeOf } from './node.js';
import { podsOf } from './pods.js';

const LEASE_MS = 1_000;
const STATUS_MS = 4_000;
const WATCH_AGAIN_MS = 300;

const [kubeconfig = '', name = '', gpus = '0', root = '.'] = process.argv.slice(2);
const say = (line: string): void => console.log(`${new Date().toISOString()} ${name} ${line}`);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const node = nodeOf(config, name, Number(gpus));
const pods = podsOf(config, { root, gpus: Number(gpus), say });

await node.register();
await node.renewLease();
const quietly = (what: string, work: () => Promise<unknown>) => (): void =>
  void work().catch((error: unknown) => say(`${what}: ${String(error)}`));
setInterval(quietly('lease', node.renewLease), LEASE_MS);
setInterval(quietly('status', node.report), STATUS_MS);

const core = config.makeApiClient(CoreV1Api);
const fieldSelector = `spec.nodeName=${name}`;
const informer = makeInformer<V1Pod>(
  config,
  `/api/v1/pods?fieldSelector=${encodeURIComponent(fieldSelector)}`,
  () => core.listPodForAllNamespaces({ fieldSelector }),
);
const sync = (pod: V1Pod): void => quietly(`pod ${pod.metadata?.name}`, () => pods.sync(pod))();
informer.on('add', sync);
informer.on('update', sync);
informer.on('delete', (pod) => void pods.forget(pod));
const watch = (): void => void informer.start().catch(() => setTimeout(watch, WATCH_AGAIN_MS));
informer.on('error', () => setTimeout(watch, WATCH_AGAIN_MS));
await informer.start();
process.send?.('ready');
say('ready');
