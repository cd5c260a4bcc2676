import type { ArtifactRef } from '../../contracts/artifacts.js';

/** Immutable, content-addressed objects: the key of an object is the SHA-256 of its bytes. */
export interface ArtifactStore {
  /** Store bytes. Equal bytes are one object. */
  put(bytes: Uint8Array | string, mediaType: string): Promise<ArtifactRef>;
  /** Store a file without reading it into memory. */
  putFile(path: string, mediaType: string): Promise<ArtifactRef>;
  /**
   * Read all bytes of a small object. @throws MainspringFailure `ArtifactMissing`, `ArtifactCorrupt` (digest
   * differs)
   */
  read(ref: ArtifactRef): Promise<Buffer>;
  /** Path of a read-only local copy, verified and cached by its digest. @throws the failures of `read` */
  fetch(ref: ArtifactRef): Promise<string>;
  exists(ref: ArtifactRef): Promise<boolean>;
  /** A signed address with which a browser can open the object for `seconds`. */
  link(ref: ArtifactRef, seconds: number): Promise<string>;
}
