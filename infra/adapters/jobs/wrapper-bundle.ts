import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { codeFile, isBuilt, root } from '../../code.js';
import { keepBundle } from '../../keep-bundle.js';

/** Where the build puts the bundle, from the root of the built code. */
export const PREBUILT_WRAPPER = 'prebuilt/wrapper.mjs';

/** The wrapper in one file of JavaScript: it starts in a fraction of the time that its sources would take. */
export async function bundleWrapper(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [codeFile('wrapper/main')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'error',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/**
 * Put the wrapper's bundle into a file that is named by its digest: a job that runs keeps the file that it was started with.
 *
 * @returns path of the bundle
 */
export async function buildWrapper(dataDir: string): Promise<string> {
  const code = isBuilt ? await readFile(join(root, PREBUILT_WRAPPER)) : await bundleWrapper();
  return join(await keepBundle(join(dataDir, 'wrapper'), { 'wrapper.mjs': code }), 'wrapper.mjs');
}
