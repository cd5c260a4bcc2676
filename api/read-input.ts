import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type AnyOperation, pathNames } from '../operations/operation.js';
import { HttpError } from './problem.js';

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON type of each field of an operation, to convert the text of a path or a query. */
export const fieldTypes = (operation: AnyOperation): Map<string, string> =>
  new Map(
    Object.entries(operation.input.shape).map(([name, field]) => {
      const { type } = z.toJSONSchema(field as z.ZodType, { io: 'input', unrepresentable: 'any' });
      return [name, typeof type === 'string' ? type : ''];
    }),
  );

/** Numbers of a query, in plain decimal digits: `Number` reads `0x10`, `1e3` and ` 5` too. A longer one fits no field. */
const DECIMAL = /^-?\d{1,30}(?:\.\d{1,30})?$/;

/**
 * A query parameter, converted to the type of its field. A text that cannot be converted is kept, so that the error
 * shows it.
 */
function typed(text: string, type: string | undefined): unknown {
  if ((type === 'number' || type === 'integer') && DECIMAL.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/**
 * The input of an operation from a request: names in the path, then query parameters or the JSON body. Only
 * duplicates are refused here; the operation checks the rest.
 *
 * @throws HttpError 400
 */
export function readInput(
  operation: AnyOperation,
  types: Map<string, string>,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body'>,
): unknown {
  const query = request.query as Record<string, string | string[]>;
  const inPath = pathNames(operation.http.path);
  const params = request.params as Record<string, string>;
  if (operation.http.method === 'GET') {
    const stated = Object.entries(query).map(([name, value]): [string, unknown] => {
      if (Array.isArray(value)) throw twice(name);
      return [name, typed(value, types.get(name))];
    });
    return merged(Object.fromEntries(stated), params, inPath);
  }
  const [parameter] = Object.keys(query);
  if (parameter !== undefined)
    throw new HttpError(
      400,
      'usage',
      `query parameter "${parameter}" is not allowed here`,
      'Send the input as a JSON object in the body.',
    );
  const body = request.body === undefined ? {} : request.body;
  if (!isObject(body))
    throw new HttpError(
      400,
      'usage',
      'the body is not a JSON object',
      'Send an object: {"field": value, …}.',
    );
  return merged(body, params, inPath);
}

const twice = (name: string) =>
  new HttpError(400, 'usage', `"${name}" is stated more than once`, 'State it once.');

function merged(stated: Fields, params: Record<string, string>, inPath: string[]): Fields {
  const repeated = inPath.find((name) => name in stated);
  if (repeated !== undefined) throw twice(repeated);
  return { ...stated, ...params };
}
