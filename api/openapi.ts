import { z } from 'zod';
import { ArtifactRef, Sha256 } from '../contracts/artifacts.js';
import { VERSION } from '../contracts/version.js';
import { CALLER_HEADER } from '../operations/caller.js';
import { allOperations } from '../operations/index.js';
import { type AnyOperation, pathNames } from '../operations/operation.js';
import { PROBLEM_TYPE } from './problem.js';
import { STREAM_TYPE } from './stream.js';

type Json = Record<string, unknown>;

/** A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 uses. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
  }) as Json;
  return json;
}

const nameOf = (operation: AnyOperation, part: string): string =>
  `${operation.name
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}${part}`;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const content = (type: string, schema: Json): Json => ({ content: { [type]: { schema } } });

const problem: Json = {
  type: 'object',
  description: 'An error (RFC 9457).',
  properties: {
    type: { type: 'string', description: 'urn:mainspring:problem:<failure type>' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'The value that was found, and the allowed values.' },
    kind: { type: 'string', enum: ['failed', 'usage', 'refused', 'not-found', 'unreachable'] },
    remedy: { type: 'string', description: 'What to do.' },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string' },
          message: { type: 'string' },
          remedy: { type: 'string' },
        },
        required: ['path', 'message', 'remedy'],
      },
    },
    details: {},
  },
  required: ['type', 'title', 'status', 'detail', 'kind', 'remedy'],
};

const problems: Json = { description: 'An error, with its remedy', ...content(PROBLEM_TYPE, ref('Problem')) };

const callerParameter: Json = {
  name: CALLER_HEADER,
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'Name of the acting person, percent-encoded. It is asserted: nothing proves it.',
};

function documentOf(operation: AnyOperation): { path: Json; schemas: Json } {
  const { http, input, output, effect, who } = operation;
  const inPath = pathNames(http.path);
  const { properties = {}, required = [] } = schemaOf(input, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const parameter = (name: string, place: 'path' | 'query'): Json => {
    const { description, ...schema } = properties[name] ?? {};
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema,
      ...(description === undefined ? {} : { description }),
    };
  };
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name));
  const hasBody = http.method === 'POST';
  const body: Json = {
    type: 'object',
    properties: Object.fromEntries(rest.map((name) => [name, properties[name]])),
    required: required.filter((name) => rest.includes(name)),
    additionalProperties: false,
  };
  const answer = nameOf(operation, 'Answer');
  const request = nameOf(operation, 'Request');
  const success: Json =
    effect === 'stream'
      ? {
          description: `One JSON object a line: {"data": ${answer}} for each value, then {"end": true} or {"problem": …}`,
          ...content(STREAM_TYPE, {
            type: 'object',
            properties: { data: ref(answer), end: { type: 'boolean' }, problem: ref('Problem') },
          }),
        }
      : { description: 'The answer', ...content('application/json', ref(answer)) };
  return {
    path: {
      operationId: operation.name,
      summary: operation.summary,
      description: `Who may: ${Array.isArray(who) ? who.join(', ') : String(who)}. In the library: \`mainspring.${operation.name}\`.`,
      tags: [operation.name.split('.')[0]],
      parameters: [
        ...inPath.map((name) => parameter(name, 'path')),
        ...(hasBody ? [] : rest.map((name) => parameter(name, 'query'))),
        callerParameter,
      ],
      ...(hasBody ? { requestBody: { required: true, ...content('application/json', ref(request)) } } : {}),
      responses: { '200': success, default: problems },
    },
    schemas: {
      [answer]: schemaOf(output, 'output'),
      ...(hasBody ? { [request]: body } : {}),
    },
  };
}

const digest: Json = {
  name: 'sha256',
  in: 'path',
  required: true,
  schema: schemaOf(Sha256, 'input'),
  description: 'SHA-256 of the content, lower-case hex.',
};
const bytes = content('application/octet-stream', {});

const artifactPath: Json = {
  get: {
    operationId: 'artifacts.download',
    summary: 'The content of an artifact',
    tags: ['artifacts'],
    parameters: [digest],
    responses: { '200': { description: 'The bytes', ...bytes }, default: problems },
  },
  put: {
    operationId: 'artifacts.upload',
    summary: 'Store content under its own digest; the same content twice is one artifact',
    tags: ['artifacts'],
    parameters: [digest],
    requestBody: { required: true, ...bytes },
    responses: {
      '201': { description: 'Stored', ...content('application/json', ref('ArtifactRef')) },
      default: problems,
    },
  },
};

/** The OpenAPI 3.1 document of every operation and of the artifacts. */
export function openApi(): Json {
  const paths: Record<string, Json> = { '/v1/artifacts/{sha256}': artifactPath };
  const schemas: Json = { Problem: problem, ArtifactRef: schemaOf(ArtifactRef, 'output') };
  for (const operation of allOperations) {
    const { path, schemas: own } = documentOf(operation);
    const { method, path: address } = operation.http;
    paths[address] = { ...paths[address], [method.toLowerCase()]: path };
    Object.assign(schemas, own);
  }
  const groups = [...new Set(allOperations.map(({ name }) => name.split('.')[0]))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mainspring',
      version: VERSION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'The operations of Mainspring for people and programs. Every error has a remedy.',
    },
    servers: [{ url: '/' }],
    tags: groups.map((name) => ({ name })),
    paths,
    components: { schemas },
  };
}
