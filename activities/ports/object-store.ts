/** Small mutable objects with compare-and-swap: claims, heads and beats of training jobs (the job lease). */
export interface ObjectStore {
  /** Body and version of an object; undefined when there is none. */
  get(key: string): Promise<{ body: Buffer; etag: string } | undefined>;
  /** Create an object that must not exist. False: somebody else did. */
  create(key: string, body: string): Promise<boolean>;
  /** Replace the version `etag`. False: it has changed since. */
  swap(key: string, body: string, etag: string): Promise<boolean>;
  /** Last writer wins; for beats and logs only. */
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** Keys under a prefix. */
  list(prefix: string): Promise<string[]>;
}
