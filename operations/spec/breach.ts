import type { Path } from './path.js';

/** A broken rule that a schema cannot express, because several fields must agree with each other. */
export interface Breach {
  path: Path;
  message: string;
  remedy: string;
}
