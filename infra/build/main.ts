// `npm run build`: the engine in dist/. `npm run build -- client`: the client package in packages/client/dist/.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../code.js';
import { buildClient } from './client.js';
import { bundleDeclarations } from './declarations.js';
import { buildEngine } from './engine.js';

const what = process.argv[2] ?? 'engine';
if (what === 'engine') {
  const dist = join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  await buildEngine(dist);
  await bundleDeclarations(join(dist, 'client/index.d.ts'));
} else if (what === 'client') {
  const dist = join(root, 'packages/client/dist');
  await rm(dist, { recursive: true, force: true });
  await buildClient(dist);
  await bundleDeclarations(join(dist, 'index.d.ts'));
} else {
  process.stderr.write(`build: "${what}" is no package, allowed are: engine, client\n`);
  process.exitCode = 64;
}
