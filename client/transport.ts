import type { ArtifactRef } from '../contracts/artifacts.js';
import type { AnyOperation } from '../operations/operation.js';

/** Moves files between this machine and the stored artifacts. */
export interface ArtifactFiles {
  /** Store a file by its content. A file that is stored already is not sent again. */
  put(path: string, mediaType: string): Promise<ArtifactRef>;
  /** Path of a read-only local copy, verified by digest. */
  fetch(ref: ArtifactRef): Promise<string>;
}

/**
 * Access to the operations, over the HTTP API or directly on the servers. Both give the same answers and the same
 * errors.
 */
export interface Transport {
  call(operation: AnyOperation, input: unknown, signal: AbortSignal): Promise<unknown>;
  stream(operation: AnyOperation, input: unknown, signal: AbortSignal): AsyncGenerator<unknown, void, void>;
  files: ArtifactFiles;
  close(): Promise<void>;
}
