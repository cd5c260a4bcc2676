import { type AgeVerdict, ageRemedy } from '../../contracts/store-ages.js';

/** The three stores are of different ages: at least one was restored. The message names them, and the remedy. */
export class StoresDiffer extends Error {
  override readonly name = 'StoresDiffer';

  constructor(verdict: Extract<AgeVerdict, { kind: 'differ' }>) {
    super(`the stores are of different ages: ${verdict.detail}. ${ageRemedy(verdict)}`);
  }
}
