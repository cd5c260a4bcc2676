/** Small mutable objects with compare-and-swap: claims, heads and beats of training jobs (the job lease). */
export interface ObjectStore {
  /** Body and version of an object; undefined if it does not exist. */
  get(key: string): Promise<{ body: Buffer; etag: string } | undefined>;
  /** Create an object. Returns false if it exists already. */
  create(key: string, body: string): Promise<boolean>;
  /** Replace the version `etag`. Returns false if the object has changed since. */
  swap(key: string, body: string, etag: string): Promise<boolean>;
  /** Write unconditionally: the last writer wins. For beats and logs only. */
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** Remove objects. One that does not exist is no error. */
  remove(keys: string[]): Promise<void>;
  /** Keys under a prefix. */
  list(prefix: string): Promise<string[]>;
}
