import { randomUUID } from 'node:crypto';
import { Limits } from './limits.js';
import { badRequest } from './request-error.js';
import { type Rows, rowsOf } from './tensors.js';

/** One request as the gateway works on it. */
export interface InferenceRequest extends Rows {
  id: string;
  /** What the model gets: `values` as 32-bit floats, NaN for null. */
  features: Float32Array;
  /** The log's id of a row: what feedback refers to. */
  inferenceId(row: number): string;
  /** Decides which version answers the row. */
  entity(row: number): string;
  /** RFC 3339 in UTC. */
  eventTime(row: number): string;
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
  const { rows, values } = rowsOf(inputs, features);
  const base = { id, rows, values, features: float32(values) };
  if (sent === undefined || sent === null) {
    const now = new Date().toISOString();
    return { ...base, inferenceId: namer(id, rows), entity: () => id, eventTime: () => now };
  }
  if (typeof sent !== 'object') throw badRequest('parameters must be an object');
  const parameters = sent as Record<string, unknown>;
  const ids = perRow(parameters['inference_ids'], 'inference_ids', rows, text);
  const entities = perRow(parameters['entities'], 'entities', rows, text);
  const times = perRow(parameters['event_times'], 'event_times', rows, instant);
  const entity = parameters['entity'] === undefined ? id : text(parameters['entity'], 'parameters.entity');
  const time =
    parameters['event_time'] === undefined
      ? new Date().toISOString()
      : instant(parameters['event_time'], 'parameters.event_time');
  return {
    ...base,
    inferenceId: ids ? (row) => ids[row] ?? id : namer(id, rows),
    entity: entities ? (row) => entities[row] ?? entity : () => entity,
    eventTime: times ? (row) => times[row] ?? time : () => time,
  };
}

const namer = (id: string, rows: number): ((row: number) => string) =>
  rows === 1 ? () => id : (row) => `${id}:${row}`;
