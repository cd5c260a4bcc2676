import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, type Logger, bundleWorkflowCode } from '@temporalio/worker';
import { codeFile, isBuilt, root } from '../../code.js';
import { bundlesOfClone, keepFiles } from '../../keep-bundle.js';
import { workflowBundleOptions } from './workflow-bundle-options.js';

/** Where the build puts the bundle, from the root of the built code. */
export const PREBUILT_WORKFLOWS = 'prebuilt/workflows.js';

/** All sources of the bundle. Packages are covered by the lock file. */
const sources = ['workflows', 'contracts', 'workers/interceptors'];

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  hash.update(await readFile(join(root, 'package-lock.json')));
  for (const folder of sources) {
    const entries = await readdir(join(root, folder), { recursive: true });
    for (const name of entries.filter((entry) => entry.endsWith('.ts')).sort())
      hash.update(`\0${folder}/${name}\0`).update(await readFile(join(root, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** All workflows in one file of JavaScript, as a control worker loads them. */
export async function bundleWorkflows(logger: Logger = new DefaultLogger('WARN')): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: codeFile('workflows/index'),
    ...workflowBundleOptions(),
    // Shared by all workflows of the process: one copy of zod per workflow would take most of the memory.
    preloadModules: ['zod'],
    logger,
  });
  return code;
}

/**
 * Path of the bundled workflows. A built package contains it. A clone builds it once per digest of the sources: bundling takes
 * four CPU-seconds, and a control worker that was killed should be back before anybody misses it.
 */
export async function workflowBundle(logger: Logger): Promise<string> {
  if (isBuilt) return join(root, PREBUILT_WORKFLOWS);
  const folder = await keepFiles(join(bundlesOfClone, 'workflows'), await digestOfSources(), async () => ({
    'workflows.js': await bundleWorkflows(logger),
  }));
  return join(folder, 'workflows.js');
}
