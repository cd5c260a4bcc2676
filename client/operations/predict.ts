import { z } from 'zod';
import { type ErrorKind, MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { unreachable } from '../services/unreachable.js';

/** Feature → value, one object a prediction; null is a missing value. */
export type FeatureRow = Record<string, number | boolean | null>;

export interface PredictOptions {
  /** Id of the request: what feedback refers to later. */
  id?: string;
  /** Decides, by sticky hash, which version answers while a canary runs. */
  entity?: string;
}

export interface Prediction {
  model: string;
  version: string;
  id: string;
  /** Probability of label 1, one a row. */
  probabilities: number[];
}

const Row = z.record(z.string(), z.union([z.number(), z.boolean(), z.null()]));
const Rows = z.union([Row.transform((row) => [row]), z.array(Row).min(1)]);

const InferResponse = z.object({
  model_name: z.string(),
  model_version: z.string().default(''),
  id: z.string(),
  outputs: z.array(z.object({ name: z.string(), data: z.array(z.number()) })).min(1),
});

const TIMEOUT_MS = 30_000;

/** Rows of features as one tensor a feature, so that their order does not matter. */
function columns(rows: FeatureRow[]) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.map((name) => ({
    name,
    shape: [rows.length],
    datatype: 'FP32',
    data: rows.map((row) => {
      const value = row[name];
      return typeof value === 'boolean' ? Number(value) : (value ?? null);
    }),
  }));
}

/**
 * Ask the gateway for predictions.
 *
 * @param data one object of features, or an array of them
 * @throws MainspringError `refused` with the gateway's reason, `not-found`, `unreachable`
 */
export async function predict(
  { config }: Services,
  model: string,
  data: unknown,
  options: PredictOptions = {},
): Promise<Prediction> {
  const rows = Rows.safeParse(data);
  if (!rows.success)
    throw new MainspringError(
      'usage',
      `data is not an object of numbers, or an array of them: ${JSON.stringify(data)?.slice(0, 100)}`,
      'Write one object with a value per feature: {"hour": 17, "distance": 733, …}; null is a missing value.',
    );
  const { url } = config.gateway;
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${url}/v2/models/${encodeURIComponent(model)}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: JSON.stringify({
        ...(options.id === undefined ? {} : { id: options.id }),
        ...(options.entity === undefined ? {} : { parameters: { entity: options.entity } }),
        inputs: columns(rows.data),
      }),
    });
    body = await response.json().catch(() => ({}));
  } catch (error) {
    throw unreachable('The gateway', url, 'MAINSPRING_GATEWAY_HOST and MAINSPRING_GATEWAY_PORT', error);
  }
  if (!response.ok) throw gatewayError(response.status, model, body);
  const answer = InferResponse.parse(body);
  return {
    model: answer.model_name,
    version: answer.model_version,
    id: answer.id,
    probabilities:
      (answer.outputs.find(({ name }) => name === 'probability') ?? answer.outputs[0])?.data ?? [],
  };
}

function gatewayError(status: number, model: string, body: unknown): MainspringError {
  const said = z.object({ error: z.string() }).safeParse(body);
  const message = said.success ? said.data.error : `HTTP ${status}`;
  const kind: ErrorKind = status === 404 ? 'not-found' : status < 500 ? 'refused' : 'failed';
  const remedy =
    status === 404
      ? `\`mainspring model ${model}\` shows whether a version is the champion: only promoted models serve.`
      : status < 500
        ? 'Send what the gateway asks for.'
        : 'Try again; look into the log of the gateway if it stays.';
  return new MainspringError(kind, `the gateway refused: ${message}`, remedy);
}
