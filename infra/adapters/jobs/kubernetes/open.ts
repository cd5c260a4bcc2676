import type { JobBackend } from '../../../../activities/ports/job-backend.js';
import type { StageOptions } from '../stage-job.js';
import type { KubernetesConnection } from './connection.js';

/** Open the Kubernetes backend of this installation. Its client library is large and is loaded only here. */
export async function openKubernetes(
  stage: StageOptions,
  { kubeconfig, namespace, image, claim }: KubernetesConnection,
): Promise<JobBackend> {
  if (image === null)
    throw new Error(
      'MAINSPRING_KUBERNETES_IMAGE is not set, but MAINSPRING_KUBECONFIG is: name an image with Node >= 20, and with Python at the path of the training workers, e.g. their own image.',
    );
  const { openKubernetesBackend } = await import('./kubernetes.js');
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  const user = uid === undefined || gid === undefined ? null : { uid, gid };
  return openKubernetesBackend({ ...stage, kubeconfig, namespace, image, claim, user, node: 'node' });
}
