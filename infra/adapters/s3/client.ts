import { Client } from 'minio';

export interface S3Options {
  endpoint: string;
  port: number;
  useSsl: boolean;
  accessKey: string;
  secretKey: string;
  region: string;
  bucket: string;
}

export const openS3 = (options: S3Options): Client =>
  new Client({
    endPoint: options.endpoint,
    port: options.port,
    useSSL: options.useSsl,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    pathStyle: true,
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
