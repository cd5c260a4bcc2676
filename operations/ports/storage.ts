import type { Readable } from 'node:stream';
import type { ArtifactRef } from '../../contracts/artifacts.js';
import type { StoreMark } from '../../contracts/store-ages.js';

/** Objects whose keys begin with the same part. */
export interface StoredKind {
  kind: string;
  objects: number;
  bytes: number;
}

export interface StoredUsage {
  kinds: StoredKind[];
  /** False if there are more objects than were counted. */
  complete: boolean;
}

/** Access of operations and the API to the object store. */
export interface Storage {
  /** The mark of age of an installation; undefined if there is none. */
  storeMark(engineId: string): Promise<StoreMark | undefined>;
  /** The time of the object store, in whole seconds. */
  time(): Promise<Date>;
  artifacts: {
    /** The stored object of a digest; undefined if there is none. */
    find(sha256: string): Promise<ArtifactRef | undefined>;
    /** Store a file without reading it into memory. The same content stored twice is one object. */
    putFile(path: string, mediaType: string): Promise<ArtifactRef>;
    /** Fetch an object. Returns the path of a read-only local copy, verified by digest. */
    fetch(ref: ArtifactRef): Promise<string>;
    /** The bytes of an object, as stored. */
    open(ref: ArtifactRef): Promise<Readable>;
    /** A signed address under which a browser can open the object for `seconds`. */
    link(ref: ArtifactRef, seconds: number): Promise<string>;
  };
  /** Small objects by key: beats, logs and curves of jobs. */
  objects: {
    get(key: string): Promise<{ body: Buffer } | undefined>;
    list(prefix: string): Promise<string[]>;
  };
  /** How much the object store holds, by the first part of the objects' keys. Reads the whole listing. */
  usage(signal: AbortSignal): Promise<StoredUsage>;
  /** Copy an object that can be changed by others into the content-addressed store. */
  importObject(address: string, mediaType: string): Promise<ArtifactRef>;
}
