import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { build } from 'esbuild';
import { bundleWrapper, PREBUILT_WRAPPER } from '../adapters/jobs/wrapper-bundle.js';
import { root } from '../code.js';
import { PREBUILT_WORKFLOWS, bundleWorkflows } from '../adapters/temporal/workflow-bundle.js';
import { versionPlugin } from './version-plugin.js';

/** Folders whose code runs in an installed engine. `workflows` and `wrapper` are shipped as bundles. */
export const shipped = [
  'activities',
  'api',
  'client',
  'contracts',
  'infra',
  'operations',
  'serving',
  'trainers',
  'workers',
];

/** Folders that an installed engine does not need. `bin` and `schema` are packed as they are. */
export const leftOut = [
  '.ci',
  'bench',
  'bin',
  'docs',
  'examples',
  'packages',
  'schema',
  'test',
  'workflows',
  'wrapper',
];

const leftOutBelow = new Set(['infra/build', 'trainers/python/tests']);
const assets = new Set(['.js', '.json', '.lock', '.mjs', '.py', '.sql', '.yaml']);

/** Files below a folder of the clone that are part of the engine, as paths from the root. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return [path];
      return leftOutBelow.has(path) || entry.name === '__pycache__' ? [] : filesBelow(path);
    }),
  );
  return nested.flat();
}

/** Compile the engine file by file, so that an error names the module that it comes from; copy what is not code. */
export async function buildEngine(out: string): Promise<void> {
  const folders = shipped.filter((folder) => existsSync(join(root, folder)));
  const files = (await Promise.all(folders.map(filesBelow))).flat();
  const code = files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
  await build({
    entryPoints: code.map((path) => join(root, path)),
    outdir: out,
    outbase: root,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [versionPlugin],
    logLevel: 'error',
  });
  for (const path of files.filter((name) => assets.has(extname(name)))) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await copyFile(join(root, path), join(out, path));
  }
  await mkdir(join(out, 'prebuilt'), { recursive: true });
  await writeFile(join(out, PREBUILT_WRAPPER), await bundleWrapper());
  await writeFile(join(out, PREBUILT_WORKFLOWS), await bundleWorkflows());
}
