// Plain JavaScript: the command line needs it before anything is compiled.
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeFile, isBuilt, root } from './code.js';
import { bundlesOfClone, keepBundle } from './keep-bundle.js';

/** `infra/code.js` finds the files of the clone from its own place, so compiled code imports it from there. */
const codeStays = {
  name: 'code-stays',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/code\.js$/ }, () => ({
      path: pathToFileURL(join(root, 'infra/code.js')).href,
      external: true,
    }));
  },
};

export async function compiled(name) {
  if (isBuilt) return codeFile(name);
  const { build } = await import('esbuild');
  const folder = join(bundlesOfClone, name);
  const { outputFiles } = await build({
    entryPoints: { main: codeFile(name) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Modules that are imported later stay files of their own: some programs never need their packages.
    splitting: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    plugins: [codeStays],
    logLevel: 'error',
  });
  const files = outputFiles.map(({ path, contents }) => [relative(folder, path), contents]);
  return join(await keepBundle(folder, Object.fromEntries(files)), 'main.mjs');
}
