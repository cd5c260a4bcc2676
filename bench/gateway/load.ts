import { createRequire } from 'node:module';
import { execa } from 'execa';
import { MODEL } from './served.js';

const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

export interface LoadOptions {
  connections: number;
  seconds: number;
  /** Requests a second, all connections together. Default: as many as are answered. */
  rate?: number;
}

/** A request for a prediction of one row. */
export const bodyOf = (row: number[]): string =>
  JSON.stringify({
    id: 'flight-1',
    inputs: [{ name: 'features', shape: [1, row.length], datatype: 'FP32', data: row }],
  });

/** Load on the model of both servers, from a process of its own. Any answer but a good one is an error. */
export async function load(url: string, row: number[], { connections, seconds, rate }: LoadOptions) {
  const { stdout } = await execa(process.execPath, [
    autocannon,
    ...['-j', '-n', '-c', String(connections), '-d', String(seconds), '-m', 'POST'],
    ...(rate === undefined ? [] : ['-R', String(rate)]),
    ...['-H', 'content-type: application/json', '-b', bodyOf(row), `${url}/v2/models/${MODEL}/infer`],
  ]);
  const result = JSON.parse(stdout) as {
    requests: { total: number; average: number };
    latency: { p99: number };
    non2xx: number;
    errors: number;
  };
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refused and ${result.errors} broken requests at ${url}`);
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.average,
    p99Ms: result.latency.p99,
  };
}

export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
