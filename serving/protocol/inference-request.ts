import { INSTANT_RULE, readInstant } from '../../contracts/primitives/instant.js';
import { randomUUID } from 'node:crypto';
import { Limits } from './limits.js';
import { badRequest } from '../request-error.js';
import type { FeatureValue } from '../../contracts/signature.js';
import type { Layout } from '../features/layout.js';
import type { FeatureBatch } from '../../contracts/feature-batch.js';
import type { Problem } from '../../contracts/problems/index.js';
import { onlyKnown } from './known-fields.js';
import { type RequestedOutputs, requestedOutputs } from './requested-outputs.js';
import { type Rows, rowsOf } from './rows.js';
import { shown } from './shown.js';
import { isIdText } from './storable.js';

/**
 * Parameters of a request that describe its rows. A list has an entry for each row. Without a list the single value
 * holds for all rows.
 */
interface Parameters {
  ids: readonly string[] | undefined;
  entity: string;
  entities: readonly string[] | undefined;
  time: string;
  times: readonly string[] | undefined;
}

/** A parsed request. It is a class, not an object of closures, because one is created for each request. */
export class InferenceRequest {
  readonly rows: number;
  /** Row-major, as the client sent them; null is a missing value. */
  readonly values: FeatureValue[];
  /** The same values as the model takes them. */
  readonly batch: FeatureBatch;

  constructor(
    readonly id: string,
    { rows, values, batch }: Rows,
    private readonly parameters: Parameters,
    /** Undefined for all outputs as JSON. */
    readonly outputs: RequestedOutputs | undefined,
  ) {
    this.rows = rows;
    this.values = values;
    this.batch = batch;
  }

  /** Inference id of a row. Feedback names it, and the request log stores it. */
  inferenceId(row: number): string {
    return this.parameters.ids?.[row] ?? (this.rows === 1 ? this.id : `${this.id}:${row}`);
  }

  /** Entity of a row. It decides which version answers the row. */
  entity(row: number): string {
    return this.parameters.entities?.[row] ?? this.parameters.entity;
  }

  /** Event time of a row, RFC 3339 in UTC. */
  eventTime(row: number): string {
    return this.parameters.times?.[row] ?? this.parameters.time;
  }
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= Limits.id && isIdText(value)) return value;
  throw badRequest(
    `${field} is ${shown(value)}, expected a text of 1 to ${Limits.id} characters, all of Unicode and no control characters`,
  );
}

function instant(value: unknown, field: string): string {
  const found = typeof value === 'string' ? readInstant(value) : undefined;
  if (found !== undefined) return found;
  throw badRequest(`${field} is ${shown(value)}, expected ${INSTANT_RULE}`);
}

function perRow<T>(
  sent: unknown,
  field: string,
  rows: number,
  parse: (value: unknown, field: string) => T,
): T[] | undefined {
  if (isAbsent(sent)) return undefined;
  if (!Array.isArray(sent) || sent.length !== rows)
    throw badRequest(
      `parameters.${field} is ${Array.isArray(sent) ? `an array of ${sent.length}` : shown(sent)}, expected an array with one entry for each of the ${rows} rows`,
    );
  return sent.map((value, row) => parse(value, `parameters.${field}[${row}]`));
}

/** @throws RequestError 400 for an id that comes twice: feedback could not tell the rows apart */
function distinct(ids: string[] | undefined): string[] | undefined {
  const rows = new Map<string, number>();
  ids?.forEach((id, row) => {
    const first = rows.get(id);
    if (first !== undefined)
      throw badRequest(
        `parameters.inference_ids[${row}] is ${shown(id)}, as is parameters.inference_ids[${first}]: expected another id for each row`,
      );
    rows.set(id, row);
  });
  return ids;
}

const FIELDS = ['id', 'parameters', 'inputs', 'outputs'];
const PARAMETERS = ['inference_ids', 'entity', 'entities', 'event_time', 'event_times', 'binary_data_output'];

/**
 * Parse an infer request of the Open Inference Protocol V2 for a model of this layout and problem.
 *
 * Without an `id` the request gets a random one. The rows of a request with several rows get the inference ids
 * `<id>:<row>`, unless `parameters.inference_ids` names them. `parameters.entity` and `parameters.event_time` hold
 * for all rows, `parameters.entities` and `parameters.event_times` for each row. Null is taken as absent, because clients
 * such as KServe's write it. An unknown field or parameter is refused.
 *
 * @throws RequestError
 */
export function parseInferenceRequest(
  body: unknown,
  { layout, problem }: { layout: Layout; problem: Problem },
): InferenceRequest {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw badRequest('the body must be a JSON object {"id", "parameters", "inputs"}');
  onlyKnown(body, FIELDS, '');
  const { id: sentId, inputs, parameters: sent } = body as Record<string, unknown>;
  const id = text(sentId ?? randomUUID(), 'id');
  if (sent !== undefined && (typeof sent !== 'object' || Array.isArray(sent)))
    throw badRequest(`parameters is ${shown(sent)}, expected an object`);
  const outputs = requestedOutputs(body, problem);
  const content = rowsOf(inputs, layout);
  return new InferenceRequest(id, content, parametersOf(sent ?? {}, id, content.rows), outputs);
}

function parametersOf(sent: object, id: string, rows: number): Parameters {
  onlyKnown(sent, PARAMETERS, 'parameters.');
  const { inference_ids, entity, entities, event_time, event_times } = sent as Record<string, unknown>;
  return {
    ids: distinct(perRow(inference_ids, 'inference_ids', rows, text)),
    entity: isAbsent(entity) ? id : text(entity, 'parameters.entity'),
    entities: perRow(entities, 'entities', rows, text),
    time: isAbsent(event_time) ? new Date().toISOString() : instant(event_time, 'parameters.event_time'),
    times: perRow(event_times, 'event_times', rows, instant),
  };
}
