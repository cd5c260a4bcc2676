import type { Bench } from './bench.js';
import { load, median } from './gateway/load.js';
import { aRow } from './gateway/served.js';
import { type Server, start } from './gateway/start.js';

const CONNECTIONS = [1, 16, 64];
/**
 * Numbers of connections with a mark. With one connection batching cannot help, so that figure is information only.
 */
const MARKED = [16, 64];
const AT_LEAST = 0.8;
const ROUNDS = 7;
const SECONDS = 2;
interface Load {
  requests: number;
  requestsPerSecond: number;
  p99Ms: number;
  cpuMicrosPerRequest: number;
}

/** Load, and the CPU time that the server used for it. */
async function measure(server: Server, connections: number, seconds: number): Promise<Load> {
  const before = await server.cpuMicros();
  const result = await load(server.url, aRow(1), { connections, seconds });
  const cpu = (await server.cpuMicros()) - before;
  return { ...result, cpuMicrosPerRequest: cpu / result.requests };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export const bench: Bench = {
  name: 'gateway',
  summary: `requests per second, p99 and CPU against bare Fastify + onnxruntime-node, 1 row a request; mark: ratio of requests ≥ ${AT_LEAST} at ${MARKED.join(' and ')} connections`,
  run: async (print) => {
    const [ours, bare] = await Promise.all([start('gateway-server.ts'), start('bare-server.ts')]);
    try {
      for (const server of [ours, bare]) await measure(server, 16, 4); // compiled and warm
      for (const connections of CONNECTIONS) {
        const pairs: { ours: Load; bare: Load }[] = [];
        // In turns, so that other load of the machine affects both sides.
        for (let pair = 0; pair < ROUNDS; pair++)
          pairs.push({
            ours: await measure(ours, connections, SECONDS),
            bare: await measure(bare, connections, SECONDS),
          });
        const of = (side: 'ours' | 'bare', figure: keyof Load) =>
          median(pairs.map((pair) => pair[side][figure]));
        const total = (side: 'ours' | 'bare') => pairs.reduce((sum, pair) => sum + pair[side].requests, 0);
        print({
          bench: `gateway c=${connections}`,
          ratio: round(total('ours') / total('bare'), 2),
          ...(MARKED.includes(connections) ? { atLeast: AT_LEAST } : {}),
          requestsPerSecond: Math.round(of('ours', 'requestsPerSecond')),
          bareRequestsPerSecond: Math.round(of('bare', 'requestsPerSecond')),
          p99Ms: of('ours', 'p99Ms'),
          bareP99Ms: of('bare', 'p99Ms'),
          cpuMicrosPerRequest: round(of('ours', 'cpuMicrosPerRequest'), 1),
          bareCpuMicrosPerRequest: round(of('bare', 'cpuMicrosPerRequest'), 1),
        });
      }
    } finally {
      ours.stop();
      bare.stop();
    }
  },
};
