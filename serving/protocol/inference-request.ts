import { randomUUID } from 'node:crypto';
import { Limits } from './limits.js';
import { badRequest } from './request-error.js';
import { type Rows, rowsOf } from './tensors.js';

/** What a request says of its rows; a list has an entry for each, undefined means the one value holds. */
interface Parameters {
  ids: readonly string[] | undefined;
  entity: string;
  entities: readonly string[] | undefined;
  time: string;
  times: readonly string[] | undefined;
}

/** One request as the gateway works on it. A class and not an object of closures: one is made for each request. */
export class InferenceRequest {
  readonly rows: number;
  /** Row-major, as the client sent them; null is a missing value. */
  readonly values: (number | null)[];
  /** What the model gets: `values` as 32-bit floats, NaN for null. */
  readonly features: Float32Array;

  constructor(
    readonly id: string,
    { rows, values }: Rows,
    private readonly parameters: Parameters,
  ) {
    this.rows = rows;
    this.values = values;
    this.features = float32(values);
  }

  /** The log's id of a row: what feedback refers to. */
  inferenceId(row: number): string {
    return this.parameters.ids?.[row] ?? (this.rows === 1 ? this.id : `${this.id}:${row}`);
  }

  /** Decides which version answers the row. */
  entity(row: number): string {
    return this.parameters.entities?.[row] ?? this.parameters.entity;
  }

  /** RFC 3339 in UTC. */
  eventTime(row: number): string {
    return this.parameters.times?.[row] ?? this.parameters.time;
  }
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= Limits.id) return value;
  throw badRequest(
    `${field} is ${JSON.stringify(value)?.slice(0, 100)}, expected a text of 1 to ${Limits.id} characters`,
  );
}

function instant(value: unknown, field: string): string {
  const ms = typeof value === 'string' && value.includes('T') ? Date.parse(value) : NaN;
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  throw badRequest(
    `${field} is ${JSON.stringify(value)?.slice(0, 100)}, expected an instant such as 2001-02-01T08:30:00Z`,
  );
}

function perRow<T>(
  sent: unknown,
  field: string,
  rows: number,
  parse: (value: unknown, field: string) => T,
): T[] | undefined {
  if (sent === undefined) return undefined;
  if (!Array.isArray(sent) || sent.length !== rows)
    throw badRequest(`parameters.${field} must be an array with one entry for each of the ${rows} rows`);
  return sent.map((value, row) => parse(value, `parameters.${field}[${row}]`));
}

function float32(values: readonly (number | null)[]): Float32Array {
  const features = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) features[i] = values[i] ?? NaN;
  return features;
}

/**
 * An infer request of the Open Inference Protocol V2 for a model with these features.
 *
 * Without an `id` it gets a random one. Rows of a many-row request are `<id>:<row>` in the log, unless
 * `parameters.inference_ids` names them; `parameters.entity`/`entities` and `parameters.event_time`/`event_times` likewise.
 *
 * @throws RequestError
 */
export function parseInferenceRequest(body: unknown, features: readonly string[]): InferenceRequest {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw badRequest('the body must be a JSON object {"id", "parameters", "inputs"}');
  const { id: sentId, inputs, parameters: sent } = body as Record<string, unknown>;
  const id = sentId === undefined ? randomUUID() : text(sentId, 'id');
  const content = rowsOf(inputs, features);
  if (sent === undefined || sent === null)
    return new InferenceRequest(id, content, {
      ids: undefined,
      entity: id,
      entities: undefined,
      time: new Date().toISOString(),
      times: undefined,
    });
  if (typeof sent !== 'object') throw badRequest('parameters must be an object');
  const { inference_ids, entity, entities, event_time, event_times } = sent as Record<string, unknown>;
  return new InferenceRequest(id, content, {
    ids: perRow(inference_ids, 'inference_ids', content.rows, text),
    entity: entity === undefined ? id : text(entity, 'parameters.entity'),
    entities: perRow(entities, 'entities', content.rows, text),
    time: event_time === undefined ? new Date().toISOString() : instant(event_time, 'parameters.event_time'),
    times: perRow(event_times, 'event_times', content.rows, instant),
  });
}
