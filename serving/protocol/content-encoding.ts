import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { RequestError, badRequest } from '../request-error.js';
import { Limits } from './limits.js';
import { shown } from './shown.js';

const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** Content encodings of requests that are read. */
export const CONTENT_ENCODINGS = Object.keys(DECODERS);

export const tooLarge = (): RequestError =>
  new RequestError(
    413,
    `the body has more than ${Limits.bodyBytes / 2 ** 20} MiB, the most that is taken: split the request`,
  );

/** @throws RequestError 415 for another encoding; 413 if more bytes come out than a body may have; 400 if none do */
export async function decoded(sent: Buffer, encoding: string): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity') return sent;
  const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name as keyof typeof DECODERS] : undefined;
  if (!decode)
    throw new RequestError(
      415,
      `the content encoding is ${shown(encoding)}, expected ${CONTENT_ENCODINGS.join(', ')} or none`,
    );
  try {
    return await decode(sent, { maxOutputLength: Limits.bodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw badRequest(`the body is not valid ${name}: ${error instanceof Error ? error.message : ''}`);
  }
}
