import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../code.js';
import { engineOnlyPlugin } from './engine-only.js';
import { versionPlugin } from './version-plugin.js';

/** Bundle the library and the command line for people who talk to an engine elsewhere. Packages stay imports. */
export async function buildClient(out: string): Promise<void> {
  await build({
    entryPoints: { index: join(root, 'client/index.ts'), cli: join(root, 'client/cli.ts') },
    outdir: out,
    bundle: true,
    // The command line loads each command when it is first used.
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [versionPlugin, engineOnlyPlugin],
    logLevel: 'error',
  });
}
