import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './problem.js';

/** Host name of an address without its port; an IPv6 address without brackets. Empty for anything else. */
function nameIn(address: string): string {
  try {
    return new URL(address).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return '';
  }
}

/**
 * Refuses requests by a host name that is not the API's. A page of another site can let its own name point to this machine, and
 * its requests would then count as those of the API's own page. An IP address cannot be made to do so.
 */
function refuseForeignName({ headers: { host = '' } }: FastifyRequest, names: ReadonlySet<string>): void {
  const name = nameIn(`http://${host}`);
  if (isIP(name) !== 0 || names.has(name)) return;
  throw new HttpError(
    403,
    'refused',
    `requests to the host name "${name}" are not answered`,
    'Call the API by its address, or add the name to MAINSPRING_API_NAMES where the API runs.',
  );
}

/**
 * Refuses requests from pages of other sites. Such a page could otherwise act through the browser of a person who can
 * reach this API.
 */
function refuseForeignOrigin({ headers: { origin, host = '' } }: FastifyRequest): void {
  if (origin === undefined) return;
  if (new Set([`http://${host}`, `https://${host}`]).has(origin)) return;
  throw new HttpError(
    403,
    'refused',
    `requests from pages of ${origin} are not answered`,
    "Use the API's own page, or a program that is no web page.",
  );
}

/**
 * Refuses bodies that are not JSON where a route takes them. A form of another site can post text without asking, but JSON
 * needs a preflight request.
 */
function refuseForms(request: FastifyRequest): void {
  if (request.method !== 'POST' || request.is404) return;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return;
  throw new HttpError(
    415,
    'usage',
    `the content type is ${type ? `"${type}"` : 'missing'}, allowed: application/json`,
    'Send the header content-type: application/json, and an object as the body.',
  );
}

/** @param names host names by which the API may be called */
export function guard(server: FastifyInstance, names: ReadonlySet<string>): void {
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request) => {
    refuseForeignName(request, names);
    refuseForeignOrigin(request);
    refuseForms(request);
  });
  server.addHook('onSend', async (_request, reply) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });
}
