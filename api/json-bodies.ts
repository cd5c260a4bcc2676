import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { jsonFault } from '../contracts/json-body.js';
import { MAX_DEPTH } from '../operations/input-size.js';
import { HttpError } from './problem.js';

const refused = (body: string): HttpError =>
  new HttpError(
    400,
    'usage',
    jsonFault(body, (place) => `the body is not JSON: ${place}`),
    'Send one JSON object with the fields of /v1/openapi.json.',
  );

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** True when the text opens more brackets within each other than an input may have. */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (isInString) at += Number(code === BACKSLASH);
    else if (OPENING.has(code)) depth += 1;
    else if (CLOSING.has(code)) depth -= 1;
    if (depth > MAX_DEPTH + 1) return true;
  }
  return false;
}

/** Parses JSON bodies. The parser needs half a second for a megabyte of brackets, so these are counted first. */
export function jsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity')
      return done(
        new HttpError(
          415,
          'usage',
          `the content encoding is ${encoding.slice(0, 100)}, allowed: none`,
          'Send the body as it is, without content-encoding.',
        ),
      );
    if (!isUtf8(bytes))
      return done(new HttpError(400, 'usage', 'the body is not UTF-8', 'Send JSON, whose text is UTF-8.'));
    const body = bytes.toString();
    if (!isNestedTooDeeply(body))
      return parse(request, body, (error, value) =>
        done(error && body !== '' ? refused(body) : error, value),
      );
    done(
      new HttpError(
        400,
        'usage',
        `the body is nested more than ${MAX_DEPTH} levels deep`,
        'Send a flat object: no input needs that many levels.',
      ),
    );
  });
}
