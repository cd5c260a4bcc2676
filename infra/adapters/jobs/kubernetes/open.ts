import type { JobBackend } from '../../../../activities/ports/job-backend.js';
import type { StageOptions } from '../stage-job.js';

/** As the configuration of the installation has it. */
export interface KubernetesConfig {
  /** Path of a kubeconfig, or `in-cluster`. */
  kubeconfig: string;
  namespace: string;
  image: string | null;
  claim: string | null;
}

/** The Kubernetes backend of this installation. Its client is large, so it is loaded only where it is needed. */
export async function openKubernetes(
  stage: StageOptions,
  { kubeconfig, namespace, image, claim }: KubernetesConfig,
): Promise<JobBackend> {
  if (image === null)
    throw new Error(
      'MAINSPRING_KUBERNETES_IMAGE is not set, but MAINSPRING_KUBECONFIG is: name an image with Node >= 20, and with Python at the path of the training workers, e.g. their own image.',
    );
  const { openKubernetesBackend } = await import('../kubernetes.js');
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  const user = uid === undefined || gid === undefined ? null : { uid, gid };
  return openKubernetesBackend({ ...stage, kubeconfig, namespace, image, claim, user, node: 'node' });
}
