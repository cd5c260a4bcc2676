import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, bundleWorkflowCode } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything that the bundle is made from: our sources, and the packages by their lock file. */
const sources = ['workflows', 'contracts'];

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

/**
 * Path of the bundled workflows, built once per digest of their sources: bundling takes four CPU-seconds, and a control
 * worker that was killed should be back before anybody misses it.
 */
export async function workflowBundle(dataDir: string, logger: Logger): Promise<string> {
  const folder = join(dataDir, 'workflow-bundle');
  const name = `${await digestOfSources()}.js`;
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  const present = await readdir(folder);
  if (present.includes(name)) return path;

  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    // Shared by all workflows of the process: a copy of zod for each would take most of its memory.
    preloadModules: ['zod'],
    logger,
  });
  const draft = join(folder, `${randomUUID()}.partial`);
  await writeFile(draft, code);
  await rename(draft, path);
  await Promise.all(present.map((old) => rm(join(folder, old), { force: true })));
  return path;
}
