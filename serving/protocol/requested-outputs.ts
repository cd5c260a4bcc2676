import { type Problem, problemType } from '../../contracts/problems/index.js';
import { badRequest } from '../request-error.js';
import { onlyKnown } from './known-fields.js';
import { shown } from './shown.js';

/** The outputs that a request asks for, each with true if it is to be a binary tensor. */
export type RequestedOutputs = ReadonlyMap<string, boolean>;

function flag(value: unknown, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw badRequest(`${field} is ${shown(value)}, expected true or false`);
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badRequest(`${field} is ${shown(value)}, expected an object`);
}

/**
 * The outputs that a request asks for: by `outputs` some of them, else all; by `parameters.binary_data_output`, or by
 * `parameters.binary_data` of an output, as binary tensors.
 *
 * @param body a JSON object
 * @returns undefined for all outputs as JSON, for which most requests ask
 * @throws RequestError 400 with the outputs that the model has
 */
export function requestedOutputs(body: object, problem: Problem): RequestedOutputs | undefined {
  const { outputs, parameters } = body as { outputs?: unknown; parameters?: unknown };
  const { binary_data_output } = (parameters ?? {}) as { binary_data_output?: unknown };
  const isBinary = flag(binary_data_output, 'parameters.binary_data_output') ?? false;
  const isForAll =
    outputs === undefined || outputs === null || (Array.isArray(outputs) && outputs.length === 0);
  if (isForAll && !isBinary) return undefined;

  const known = problemType(problem)
    .answers(problem)
    .map(({ name }) => name);
  if (isForAll) return new Map(known.map((name) => [name, true]));
  const allowed = `the model has ${known.join(', ')}`;
  if (!Array.isArray(outputs))
    throw badRequest(`outputs is ${shown(outputs)}, expected an array of {"name"}: ${allowed}`);
  const asked = new Map<string, boolean>();
  for (const [at, sent] of outputs.entries()) {
    const output = objectOf(sent, `outputs[${at}]`);
    onlyKnown(output, ['name', 'parameters'], `outputs[${at}].`);
    const { name } = output;
    if (typeof name !== 'string' || !known.includes(name))
      throw badRequest(`outputs[${at}].name is ${shown(name)}, which is no output: ${allowed}`);
    if (asked.has(name))
      throw badRequest(`outputs[${at}].name is ${shown(name)} again: ask for each output once`);
    const own = objectOf(output['parameters'] ?? {}, `outputs[${at}].parameters`);
    onlyKnown(own, ['binary_data'], `outputs[${at}].parameters.`);
    asked.set(name, flag(own['binary_data'], `outputs[${at}].parameters.binary_data`) ?? isBinary);
  }
  return asked;
}
