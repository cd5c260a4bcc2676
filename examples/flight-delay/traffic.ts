import { DuckDBInstance } from '@duckdb/node-api';
import pLimit from 'p-limit';
import pRetry, { AbortError } from 'p-retry';

/** One departure as an application at the gate knows it, and what became of it. */
export interface Departure {
  id: string;
  /** RFC 3339 in UTC. */
  at: string;
  features: number[];
  late: number;
  labelAt: string;
}

const ROWS_PER_REQUEST = 64;
const REQUESTS_AT_ONCE = 6;
const LABELS_PER_REQUEST = 2_000;

/** Departures of a feature table in the order of time. */
export async function readDepartures(parquet: string, features: string[]): Promise<Departure[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const columns = features.map((name) => `"${name}"`).join(', ');
    const reader = await connection.runAndReadAll(
      `select flight_id, epoch_ms(ts)::double, label::double, epoch_ms(label_ts)::double, ${columns}
       from read_parquet('${parquet.replaceAll("'", "''")}') order by ts, flight_id`,
    );
    return reader.getRows().map(([id, at, late, labelAt, ...values]) => ({
      id: String(id),
      at: new Date(Number(at)).toISOString(),
      late: Number(late),
      labelAt: new Date(Number(labelAt)).toISOString(),
      features: values.map(Number),
    }));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const chunksOf = <T>(items: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** A gateway that restarts is asked again; what it refuses is an error at once. */
const post = (url: string, body: unknown, signal: AbortSignal): Promise<unknown> =>
  pRetry(
    async () => {
      signal.throwIfAborted();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      if (response.ok) return response.json();
      const problem = new Error(
        `${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
      );
      throw response.status < 500 ? new AbortError(problem) : problem;
    },
    { retries: 8, minTimeout: 250, maxTimeout: 5_000 },
  );

/** Ask the gateway about every departure, as the gates would, and say how many were answered. */
export async function askGateway(
  gateway: string,
  model: string,
  departures: Departure[],
  signal: AbortSignal,
): Promise<number> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  const answered = await Promise.all(
    chunksOf(departures, ROWS_PER_REQUEST).map((rows) =>
      limit(async () => {
        const width = rows[0]?.features.length ?? 0;
        await post(
          `${gateway}/v2/models/${model}/infer`,
          {
            id: rows[0]?.id,
            parameters: {
              inference_ids: rows.map((row) => row.id),
              entities: rows.map((row) => row.id),
              event_times: rows.map((row) => row.at),
            },
            inputs: [
              {
                name: 'features',
                shape: [rows.length, width],
                datatype: 'FP32',
                data: rows.flatMap((row) => row.features),
              },
            ],
          },
          signal,
        );
        return rows.length;
      }),
    ),
  );
  await post(`${gateway}/v2/models/${model}/flush`, {}, signal);
  return answered.reduce((sum, rows) => sum + rows, 0);
}

/** Send what became of the departures: hours later in their time, after all requests in ours. */
export async function sendLabels(
  gateway: string,
  model: string,
  departures: Departure[],
  signal: AbortSignal,
): Promise<void> {
  const limit = pLimit(2);
  await Promise.all(
    chunksOf(departures, LABELS_PER_REQUEST).map((rows) =>
      limit(() =>
        post(
          `${gateway}/feedback`,
          {
            model,
            labels: rows.map((row) => ({ inference_id: row.id, label: row.late, label_ts: row.labelAt })),
          },
          signal,
        ),
      ),
    ),
  );
}
