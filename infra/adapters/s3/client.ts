import { Client } from 'minio';
import { boundedTransport } from './bounded-transport.js';

export interface S3Options {
  endpoint: string;
  port: number;
  useSsl: boolean;
  accessKey: string;
  secretKey: string;
  region: string;
  bucket: string;
}

/** Silence of the store after which a request of a worker, of the gateway or of a job fails. It is tried again later. */
const SILENCE_MS = 30_000;

/**
 * @param silenceMs time without a byte in either direction after which a request fails with `ETIMEDOUT`. Default: 30 seconds.
 * The client itself repeats only requests that the store answered with an error such as HTTP 503, and these once.
 */
export const openS3 = (options: S3Options, silenceMs: number = SILENCE_MS): Client =>
  new Client({
    endPoint: options.endpoint,
    port: options.port,
    useSSL: options.useSsl,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    pathStyle: true,
    transport: boundedTransport(options, silenceMs),
    retryOptions: { maximumRetryCount: 1 },
  });

/**
 * The S3 error code of a failed request, e.g. `NoSuchKey`, `PreconditionFailed`; undefined if the error is no
 * answer of S3.
 */
export const s3ErrorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

export const isAbsent = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound'].includes(s3ErrorCode(error) ?? '');
export const isPreconditionFailed = (error: unknown): boolean => s3ErrorCode(error) === 'PreconditionFailed';
