import { z } from 'zod';
import type { FeatureValue } from '../../contracts/signature.js';
import { type ErrorKind, MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { modelName } from '../fields.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { unreachable } from '../unreachable.js';

/** Feature → value, one object a prediction; null is a missing value. */
export type FeatureRow = Record<string, FeatureValue>;

/** As the gateway takes them. */
const MAX_ROWS = 10_000;
/** Rows × features. The gateway's own port takes more at once. */
const MAX_NUMBERS = 50_000;

const Input = z.strictObject({
  model: modelName,
  data: z
    .unknown()
    .describe(
      `One object of features, or an array of at most ${MAX_ROWS} of them, with ${MAX_NUMBERS} values together; null is a missing value.`,
    ),
  id: text(200).optional().describe('Id of the request, which feedback names later.'),
  entity: text(200)
    .optional()
    .describe('Decides, by sticky hash, which version answers while a canary runs.'),
});

const OutputValue = z.union([z.number(), z.string(), z.array(z.union([z.number(), z.string()]))]);

export const Prediction = z.strictObject({
  model: z.string(),
  version: z.string(),
  id: z.string(),
  /**
   * One object a row: `probability` of label 1 for a binary classification; `probabilities` in the order of the classes, and
   * the most probable `class`, for several classes; `prediction`, and `quantiles` where the model has them, for a regression.
   */
  predictions: z.array(z.record(z.string(), OutputValue)),
});
export type Prediction = z.infer<typeof Prediction>;

const isCell = (value: unknown): boolean =>
  value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value);
/** Not a schema: one reason is enough, and thousands of rows would each give some. */
const isRow = (value: unknown): value is FeatureRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isCell);

/** @throws MainspringError `usage` */
function rowsOf(data: unknown): FeatureRow[] {
  const rows: unknown[] = Array.isArray(data) ? data : [data];
  if (rows.length > 0 && rows.length <= MAX_ROWS && rows.every(isRow)) return rows;
  throw new MainspringError(
    'usage',
    `data is not an object of features, or an array of at most ${MAX_ROWS} of them: ${JSON.stringify(data)?.slice(0, 100)}`,
    'Write one object with a number, text or boolean per feature: {"hour": 17, "origin": "OAK", …}; null is a missing value.',
  );
}

/** The gateway's answer of `GET /v2/models/:m`, as far as a request is built from it. */
const Metadata = z.object({ inputs: z.array(z.object({ name: z.string(), datatype: z.string() })) });

const InferResponse = z.object({
  model_name: z.string(),
  model_version: z.string().default(''),
  id: z.string(),
  outputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()).min(1),
        data: z.array(z.union([z.number(), z.string()])),
      }),
    )
    .min(1),
});
type InferResponse = z.infer<typeof InferResponse>;

const TIMEOUT_MS = 30_000;

/** Rows of features as one tensor a feature, of the type that the model takes; their order does not matter. */
function tensorsOf(rows: FeatureRow[], { inputs }: z.infer<typeof Metadata>) {
  const datatypes = new Map(inputs.map(({ name, datatype }) => [name, datatype]));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  // Rows with different names would make a table that is far larger than the input.
  if (names.length * rows.length > MAX_NUMBERS)
    throw new MainspringError(
      'usage',
      `data has ${rows.length} rows of ${names.length} features, allowed: ${MAX_NUMBERS} values together`,
      'Send fewer rows at once, or ask the gateway itself (docs/serving.md).',
    );
  return names.map((name) => {
    // A model of plain numbers names one tensor of all its features, and takes a boolean as 0 or 1.
    const datatype = datatypes.get(name);
    const values = rows.map((row) => row[name] ?? null);
    return {
      name,
      shape: [rows.length],
      datatype: datatype ?? 'FP32',
      data: datatype ? values : values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    };
  });
}

/** Output → value for each row. An output of several columns gives a list. */
function predictionsOf({ outputs }: InferResponse): Prediction['predictions'] {
  const rows = outputs[0]?.shape[0] ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      outputs.map(({ name, shape: [, width], data }) => [
        name,
        width === undefined ? (data[row] ?? NaN) : data.slice(row * width, (row + 1) * width),
      ]),
    ),
  );
}

/** @throws MainspringError `refused` with the gateway's reason, `not-found`, `unreachable` */
async function askGateway(
  { settings }: Services,
  { model, data, ...options }: z.output<typeof Input>,
): Promise<Prediction> {
  const rows = rowsOf(data);
  const url = settings.gatewayUrl;
  const path = `/v2/models/${encodeURIComponent(model)}`;

  async function ask(target: string, body?: object): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${url}${target}`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body
          ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
          : {}),
      });
    } catch (error) {
      throw unreachable('The gateway', url, 'MAINSPRING_GATEWAY_HOST and MAINSPRING_GATEWAY_PORT', error);
    }
    const answer: unknown = await response.json().catch(() => ({}));
    if (!response.ok) throw gatewayError(response.status, model, answer);
    return answer;
  }

  const metadata = Metadata.parse(await ask(path));
  const answer = InferResponse.parse(
    await ask(`${path}/infer`, {
      ...(options.id === undefined ? {} : { id: options.id }),
      ...(options.entity === undefined ? {} : { parameters: { entity: options.entity } }),
      inputs: tensorsOf(rows, metadata),
    }),
  );
  return {
    model: answer.model_name,
    version: answer.model_version,
    id: answer.id,
    predictions: predictionsOf(answer),
  };
}

export const predict = defineOperation({
  name: 'models.predict',
  summary: 'Ask the gateway for predictions',
  who: 'anyone',
  effect: 'read',
  input: Input,
  // The rows themselves count too.
  maxValues: MAX_NUMBERS + MAX_ROWS + 100,
  output: Prediction,
  errors: {
    'not-found': 'The gateway serves no model of this name.',
    usage: '`data` is no object of features and no list of such objects.',
    refused: 'The gateway refused the features; the message has its reason.',
    failed: 'The gateway failed to answer.',
  },
  http: { method: 'POST', path: '/v1/models/{model}/predict' },
  run: askGateway,
});

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
