import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The version that build.sh builds. */
export const KUBERNETES_VERSION = '1.35.4';
export const BUILD_SCRIPT = 'test/support/kubernetes/build.sh';
export const BUILD_KUEUE = 'test/support/kubernetes/build-kueue.sh';

const NAMES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

const runnable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Folder in which build.sh leaves the binaries. */
export const binariesFolder = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mainspring', `kubernetes-${KUBERNETES_VERSION}`);

export const missingBinaries = async (folder: string): Promise<string[]> => {
  const present = await Promise.all(NAMES.map((name) => runnable(join(folder, name))));
  return NAMES.filter((_, index) => !present[index]);
};
