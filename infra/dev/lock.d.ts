import type { ProcessIdentity } from './identity.js';

export type Lock =
  { release: () => void; holder?: undefined } | { release?: undefined; holder: ProcessIdentity };
export declare function tryLock(path: string): Lock;
export declare function withLock<T>(path: string, work: () => Promise<T>): Promise<T>;
