import { createRequire } from 'node:module';
import { execa } from 'execa';
import type { Bench } from './bench.js';
import { aRow, MODEL } from './gateway/served.js';
import { type Server, start } from './gateway/start.js';

const CONNECTIONS = [1, 16, 64];
/**
 * Numbers of connections with a mark. With one connection batching cannot help, so that figure is information only.
 */
const MARKED = [16, 64];
const AT_LEAST = 0.8;
const ROUNDS = 7;
const SECONDS = 2;
const body = JSON.stringify({
  id: 'flight-1',
  inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data: aRow(1) }],
});

interface Load {
  requests: number;
  requestsPerSecond: number;
  p99Ms: number;
  cpuMicrosPerRequest: number;
}

/** Load from a separate process. */
async function load(server: Server, connections: number, seconds: number): Promise<Load> {
  const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');
  const before = await server.cpuMicros();
  const { stdout } = await execa(process.execPath, [
    autocannon,
    ...['-j', '-n', '-c', String(connections), '-d', String(seconds), '-m', 'POST'],
    ...['-H', 'content-type: application/json', '-b', body, `${server.url}/v2/models/${MODEL}/infer`],
  ]);
  const cpu = (await server.cpuMicros()) - before;
  const result = JSON.parse(stdout) as {
    requests: { total: number; average: number };
    latency: { p99: number };
    non2xx: number;
    errors: number;
  };
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refused and ${result.errors} broken requests at ${server.url}`);
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.average,
    p99Ms: result.latency.p99,
    cpuMicrosPerRequest: cpu / result.requests.total,
  };
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export const bench: Bench = {
  name: 'gateway',
  summary: `requests per second, p99 and CPU against bare Fastify + onnxruntime-node, 1 row a request; mark: ratio of requests ≥ ${AT_LEAST} at ${MARKED.join(' and ')} connections`,
  run: async (print) => {
    const [ours, bare] = await Promise.all([start('gateway-server.ts'), start('bare-server.ts')]);
    try {
      for (const server of [ours, bare]) await load(server, 16, 4); // compiled and warm
      for (const connections of CONNECTIONS) {
        const pairs: { ours: Load; bare: Load }[] = [];
        // In turns, so that other load of the machine affects both sides.
        for (let pair = 0; pair < ROUNDS; pair++)
          pairs.push({
            ours: await load(ours, connections, SECONDS),
            bare: await load(bare, connections, SECONDS),
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
