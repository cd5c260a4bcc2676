import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { Sha256 } from '../contracts/artifacts.js';
import { MainspringError } from '../operations/errors.js';
import type { Services } from '../operations/ports/services.js';
import { withServerAway } from '../operations/unreachable.js';
import { lateBody } from './late-bodies.js';
import { HttpError } from './problem.js';
import type { Limits } from './limits.js';

export interface ArtifactRoutes {
  services: Services;
  /** Folder for uploads that are not yet checked. */
  scratch: string;
  limits: Limits;
}

/**
 * `PUT`, `HEAD` and `GET` of artifacts by the SHA-256 of their content. An upload whose content has another digest is
 * refused.
 */
export function artifactRoutes(server: FastifyInstance, { services, scratch, limits }: ArtifactRoutes): void {
  // Bodies of uploads are streamed and not parsed.
  void server.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, body, done) => done(null, body));
    let open = 0;
    uploads.put<{ Params: { sha256: string } }>(
      '/v1/artifacts/:sha256',
      { bodyLimit: limits.artifactBytes },
      async (request, reply) => {
        const digest = toDigest(request.params.sha256);
        const mediaType = request.headers['content-type'] ?? 'application/octet-stream';
        if (open >= limits.uploads)
          throw new HttpError(
            503,
            'unreachable',
            `${open} uploads are under way, the most at once`,
            'Try again.',
          );
        open += 1;
        try {
          const ref = await store(bodyOf(request.body), digest, mediaType);
          return await reply.code(201).send(ref);
        } catch (error) {
          throw withServerAway(error);
        } finally {
          open -= 1;
        }
      },
    );
  });

  async function store(body: Readable, digest: string, mediaType: string) {
    const { artifacts } = await services.storage();
    const file = join(scratch, randomUUID());
    await mkdir(scratch, { recursive: true });
    try {
      const found = await receive(body, file, limits);
      if (found !== digest)
        throw new HttpError(
          422,
          'refused',
          `the content has the digest ${found}, and ${digest} was announced`,
          'Send the bytes of the file unchanged, under their own SHA-256.',
        );
      return await artifacts.putFile(file, mediaType);
    } finally {
      await rm(file, { force: true });
    }
  }

  // HEAD is stated: the one that Fastify adds to GET answers with `content-length: 0`.
  server.route<{ Params: { sha256: string } }>({
    method: ['GET', 'HEAD'],
    url: '/v1/artifacts/:sha256',
    handler: async (request, reply) => {
      const digest = toDigest(request.params.sha256);
      try {
        const { artifacts } = await services.storage();
        const ref = await artifacts.find(digest);
        if (!ref)
          throw new MainspringError(
            'not-found',
            `there is no artifact ${digest}`,
            'Take the digest from a spec, a version or a report.',
          );
        void reply.headers({
          'content-type': ref.mediaType,
          'content-length': ref.bytes,
          'mainspring-uri': ref.uri,
          // The content comes from users, so a browser must not run it as a page of this API.
          'content-disposition': 'attachment',
          'content-security-policy': 'sandbox',
        });
        if (request.method === 'HEAD') return await reply.send();
        return await reply.send(await artifacts.open(ref));
      } catch (error) {
        throw withServerAway(error);
      }
    },
  });
}

/** @throws HttpError 400 for a request without a body */
function bodyOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new HttpError(
    400,
    'usage',
    'the request has no body',
    'Send the bytes of the file, with a content-type, e.g. application/octet-stream.',
  );
}

function toDigest(text: string): string {
  const parsed = Sha256.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new HttpError(
    400,
    'usage',
    `sha256 is "${text.slice(0, 80)}", allowed: 64 digits of lower-case hex`,
    'Name an artifact by the SHA-256 of its content.',
  );
}

/**
 * Write a body to a file.
 *
 * @returns the digest of the body
 * @throws HttpError 413; 408 if the body stalls, and the connection ends
 */
async function receive(
  body: Readable,
  file: string,
  { artifactBytes: most, requestMs }: Pick<Limits, 'artifactBytes' | 'requestMs'>,
): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      stalled.refresh();
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes <= most) return done(null, chunk);
      done(
        new HttpError(
          413,
          'usage',
          `the artifact has more than ${most} bytes, the most that is taken`,
          'Split it.',
        ),
      );
    },
  });
  // A sender that vanished without a word would hold its slot for ever.
  const stalled = setTimeout(() => body.destroy(lateBody(requestMs)), requestMs);
  try {
    await pipeline(body, counted, createWriteStream(file, { flags: 'wx' }));
  } finally {
    clearTimeout(stalled);
  }
  return hash.digest('hex');
}
