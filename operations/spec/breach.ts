import type { SpecFault } from '../../contracts/checks/define-check.js';

/** A broken rule that a schema cannot express, because several fields must agree with each other. */
export type Breach = SpecFault;
