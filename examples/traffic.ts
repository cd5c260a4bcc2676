import { DuckDBInstance } from '@duckdb/node-api';
import pLimit from 'p-limit';
import pRetry, { AbortError } from 'p-retry';
import type { Answer } from './example.js';

/** Datatypes of the Open Inference Protocol, by the DuckDB type of the feature's column. */
const DATATYPES: Record<string, string> = {
  FLOAT: 'FP32',
  DOUBLE: 'FP64',
  BIGINT: 'INT64',
  INTEGER: 'INT64',
  BOOLEAN: 'BOOL',
  VARCHAR: 'BYTES',
};

export interface Feature {
  name: string;
  /** Datatype of the Open Inference Protocol, e.g. `FP32`. */
  datatype: string;
}

export type Value = number | string | boolean | null;

/** One question as an application asks it, and its true answer, the label. */
export interface Question {
  id: string;
  /** RFC 3339 in UTC. */
  at: string;
  /** In the order of `Traffic.features`. */
  values: Value[];
  label: number | string;
  /** When the label becomes known, RFC 3339 in UTC. */
  labelAt: string;
}

export interface Traffic {
  features: Feature[];
  /** In the order of time. */
  questions: Question[];
}

/** Columns of a feature table that hold the questions. */
export interface QuestionColumns {
  id: string;
  time: string;
  label: string;
  labelAt: string;
  features: string[];
}

const ROWS_PER_REQUEST = 64;
const REQUESTS_AT_ONCE = 6;
const LABELS_PER_REQUEST = 2_000;

const instant = (ms: unknown): string => new Date(Number(ms)).toISOString();

/** Reads questions from a feature table. */
export async function readTraffic(parquet: string, columns: QuestionColumns): Promise<Traffic> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const source = `read_parquet('${parquet.replaceAll("'", "''")}')`;
  const quoted = (name: string): string => `"${name}"`;
  try {
    const { id, time, label, labelAt } = columns;
    const names = columns.features.map(quoted).join(', ');
    const typed = await connection.runAndReadAll(`describe select ${names} from ${source}`);
    const features = typed
      .getRows()
      .map(([name, type]) => ({ name: String(name), datatype: DATATYPES[String(type)] ?? 'FP32' }));
    const reader = await connection.runAndReadAll(
      `select ${quoted(id)}, epoch_ms(${quoted(time)})::double, ${quoted(label)}, epoch_ms(${quoted(labelAt)})::double, ${names}
       from ${source} order by ${quoted(time)}, ${quoted(id)}`,
    );
    const questions = reader.getRows().map(([rowId, at, truth, known, ...values]) => ({
      id: String(rowId),
      at: instant(at),
      label: typeof truth === 'string' ? truth : Number(truth),
      labelAt: instant(known),
      values: values.map((value) => (typeof value === 'bigint' ? Number(value) : (value as Value))),
    }));
    return { features, questions };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const chunksOf = <T>(items: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** Posts JSON. Repeats the request while the gateway restarts; an error answer is thrown at once. */
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

/** Features as tensors: one tensor if every feature is FP32, otherwise one tensor for each feature. */
export function tensorsOf(features: Feature[], rows: Question[]): object[] {
  if (features.every(({ datatype }) => datatype === 'FP32'))
    return [
      {
        name: 'features',
        shape: [rows.length, features.length],
        datatype: 'FP32',
        data: rows.flatMap(({ values }) => values),
      },
    ];
  return features.map(({ name, datatype }, at) => ({
    name,
    shape: [rows.length],
    datatype,
    data: rows.map(({ values }) => values[at] ?? null),
  }));
}

/** Asks the gateway about every question, as applications would. Returns the number of answers. */
export async function askGateway(
  gateway: string,
  model: string,
  { features, questions }: Traffic,
  signal: AbortSignal,
): Promise<number> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  const answered = await Promise.all(
    chunksOf(questions, ROWS_PER_REQUEST).map((rows) =>
      limit(async () => {
        await post(
          `${gateway}/v2/models/${model}/infer`,
          {
            id: rows[0]?.id,
            parameters: {
              inference_ids: rows.map((row) => row.id),
              entities: rows.map((row) => row.id),
              event_times: rows.map((row) => row.at),
            },
            inputs: tensorsOf(features, rows),
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

/** Asks about one row. Returns each output by its name. */
export async function askOnce(
  gateway: string,
  model: string,
  body: object,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = (await post(`${gateway}/v2/models/${model}/infer`, body, signal)) as {
    outputs: { name: string; shape: number[]; data: (number | string)[] }[];
  };
  return Object.fromEntries(
    answer.outputs.map(({ name, shape, data }) => [name, shape.length > 1 ? data : (data[0] ?? NaN)]),
  );
}

/** Sends the labels of all questions. */
export async function sendLabels(
  gateway: string,
  model: string,
  { questions }: Traffic,
  signal: AbortSignal,
): Promise<void> {
  const limit = pLimit(2);
  await Promise.all(
    chunksOf(questions, LABELS_PER_REQUEST).map((rows) =>
      limit(() =>
        post(
          `${gateway}/feedback`,
          {
            model,
            labels: rows.map((row) => ({ inference_id: row.id, label: row.label, label_ts: row.labelAt })),
          },
          signal,
        ),
      ),
    ),
  );
}
