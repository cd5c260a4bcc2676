import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonFault } from '../../contracts/json-body.js';
import { JSON_LENGTH_HEADER, readBinaryInputs } from '../protocol/binary-tensors.js';
import { decoded } from '../protocol/content-encoding.js';
import { shown } from '../protocol/shown.js';
import { type RequestError, badRequest } from '../request-error.js';

/** The bytes of the JSON part of a body with binary tensors. */
function jsonLength(header: string | string[], body: Buffer): number {
  const length = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : Infinity;
  if (length <= body.length) return length;
  throw badRequest(
    `header Inference-Header-Content-Length is ${shown(header)}, expected the bytes of the JSON part, at most ${body.length}, all bytes of the body`,
  );
}

const HINT =
  'A missing value is null: NaN and Infinity are not JSON. Binary tensors need header Inference-Header-Content-Length';

const notJson = (text: string): RequestError =>
  badRequest(jsonFault(text, (place) => `the body is not valid JSON: ${place}. ${HINT}`));

/**
 * Read every body as JSON, whatever its content type is: `curl -d` sends the content type of a form, clients with binary
 * tensors send `application/octet-stream`. A body may be compressed.
 */
export function readBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  const json = (request: FastifyRequest, bytes: Buffer): Promise<unknown> => {
    if (!isUtf8(bytes)) throw badRequest('the body is not UTF-8');
    const text = bytes.toString();
    return new Promise((resolve, reject) => {
      void parse(request, text, (error, value) => (error ? reject(notJson(text)) : resolve(value)));
    });
  };

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, sent: Buffer) => {
    const { [JSON_LENGTH_HEADER]: header, 'content-encoding': encoding } = request.headers;
    const body = encoding === undefined ? sent : await decoded(sent, encoding);
    if (body.length === 0) return null;
    if (header === undefined) return json(request, body);
    const length = jsonLength(header, body);
    const parsed = await json(request, body.subarray(0, length));
    readBinaryInputs(parsed, body.subarray(length));
    return parsed;
  });
}
