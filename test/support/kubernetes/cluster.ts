import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubernetesObjectApi, loadAllYaml } from '@kubernetes/client-node';
import { startControlPlane } from './control-plane.js';

export const NODES = ['gpu1', 'gpu2'];
export const GPUS = 4;

const KUBELET = fileURLToPath(new URL('kubelet/main.ts', import.meta.url));
/** The engine's permissions, from the file that its manual names. */
const RULES = fileURLToPath(new URL('../../../infra/adapters/jobs/kubernetes/rbac.yaml', import.meta.url));

/** A cluster of two nodes with four accelerators each: a real control plane, and kubelets that run pods as processes. */
export async function startCluster(binaries: string) {
  const plane = await startControlPlane(binaries);
  const nameOf = (node: string): string => `kubelet-${node}`;

  /** @returns when the node is registered and watches its pods */
  async function startKubelet(node: string): Promise<void> {
    const folder = join(plane.root, node);
    mkdirSync(folder, { recursive: true });
    await new Promise<void>((resolve, reject) => {
      const argv = [
        '--import',
        import.meta.resolve('tsx'),
        KUBELET,
        plane.kubeconfig.admin,
        node,
        String(GPUS),
        folder,
      ];
      let ready = false;
      const child = plane.run(nameOf(node), process.execPath, argv, () => {
        ready = true;
        resolve();
      });
      void child.exited.then((how) => {
        if (!ready) reject(new Error(`kubelet ${node} ended: ${how}\n${plane.log(nameOf(node))}`));
      });
    });
  }

  try {
    const objects = KubernetesObjectApi.makeApiClient(plane.config);
    for (const object of loadAllYaml(readFileSync(RULES, 'utf8'))) await objects.create(object);
    await Promise.all(NODES.map(startKubelet));
  } catch (error) {
    await plane.stop();
    throw error;
  }
  return {
    ...plane,
    startKubelet,
    /** Kills the kubelet: the node no longer answers, but its pods keep running. */
    killKubelet: (node: string): Promise<void> => plane.kill(nameOf(node)),
  };
}
export type Cluster = Awaited<ReturnType<typeof startCluster>>;
