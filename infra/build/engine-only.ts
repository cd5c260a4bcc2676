import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { root } from '../code.js';

/** Modules that reach servers by themselves. They and their packages are part of the engine alone. */
const ENGINE_ONLY = /^(client\/servers|infra)\//;

const refusal = `
import { MainspringError } from ${JSON.stringify(join(root, 'operations/errors.ts'))};
throw new MainspringError(
  'usage',
  'This needs the engine. The package mainspring-client talks to the HTTP API of an engine that runs',
  'Give the address of its API, or install the engine: npm install --ignore-scripts mainspring',
);
`;

/** Puts a clear refusal in place of everything that only the engine can do: the local stack, and connections to its servers. */
export const engineOnlyPlugin: Plugin = {
  name: 'engine-only',
  setup: (build) => {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      const target = join(resolveDir, path).slice(root.length);
      if (!ENGINE_ONLY.test(target)) return undefined;
      // A static import would make the whole library unusable.
      if (kind !== 'dynamic-import')
        return { errors: [{ text: `${target} is part of the engine: import it dynamically in client/` }] };
      return { path: target, namespace: 'engine-only' };
    });
    build.onLoad({ filter: /.*/, namespace: 'engine-only' }, () => ({
      contents: refusal,
      resolveDir: root,
      loader: 'ts',
    }));
  },
};
