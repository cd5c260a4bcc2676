import { defineConfig } from 'vitest/config';

/** One project a layer. Layers above `unit` share the real servers started once in `globalSetup`. */
const layer = (name: string, options: { servers?: boolean; timeoutMs?: number } = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node' as const,
    // No test changes a module or the environment, so files share what they import: a third of the time.
    isolate: false,
    testTimeout: options.timeoutMs ?? 20_000,
    hookTimeout: 120_000,
    ...(options.servers ? { globalSetup: ['test/support/servers.ts'] } : {}),
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/support/environments.ts'],
    projects: [
      layer('unit'),
      layer('replay', { timeoutMs: 60_000 }),
      layer('activities', { servers: true, timeoutMs: 60_000 }),
      layer('workflows', { servers: true, timeoutMs: 60_000 }),
      layer('serving', { servers: true, timeoutMs: 60_000 }),
      layer('client', { servers: true, timeoutMs: 60_000 }),
      layer('conformance', { servers: true, timeoutMs: 180_000 }),
      layer('abuse', { servers: true, timeoutMs: 60_000 }),
      layer('e2e', { timeoutMs: 600_000 }),
      layer('chaos', { timeoutMs: 600_000 }),
    ],
  },
});
