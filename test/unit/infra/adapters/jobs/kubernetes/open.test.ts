import { expect, it } from 'vitest';
import { openKubernetes } from '../../../../../../infra/adapters/jobs/kubernetes/open.js';
import type { StageOptions } from '../../../../../../infra/adapters/jobs/stage-job.js';

it('does not start a worker that is told of a cluster and not of an image', async () => {
  const config = { kubeconfig: '/nowhere', namespace: 'default', image: null, claim: null };
  await expect(openKubernetes({} as StageOptions, config)).rejects.toThrow('MAINSPRING_KUBERNETES_IMAGE');
});
