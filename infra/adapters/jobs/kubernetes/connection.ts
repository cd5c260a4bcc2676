import { text } from '../../../variables.js';
import { defineConnection } from '../connection.js';

export interface KubernetesConnection {
  /** Path of a kubeconfig, or `in-cluster`. */
  kubeconfig: string;
  namespace: string;
  image: string | null;
  claim: string | null;
}

export const kubernetesConnection = defineConnection({
  variables: {
    MAINSPRING_KUBECONFIG: text.optional(),
    MAINSPRING_KUBERNETES_NAMESPACE: text.default('default'),
    MAINSPRING_KUBERNETES_IMAGE: text.optional(),
    MAINSPRING_KUBERNETES_CLAIM: text.optional(),
  },
  secrets: [],
  read: (values): KubernetesConnection | null =>
    values.MAINSPRING_KUBECONFIG
      ? {
          kubeconfig: values.MAINSPRING_KUBECONFIG,
          namespace: values.MAINSPRING_KUBERNETES_NAMESPACE,
          image: values.MAINSPRING_KUBERNETES_IMAGE ?? null,
          claim: values.MAINSPRING_KUBERNETES_CLAIM ?? null,
        }
      : null,
});
