import { visible } from '../contracts/primitives/visible.js';

/**
 * The trainer's output breaks trainer/v1. The message may repeat names and values of that output, so that characters without a
 * shape are shown by their codes.
 *
 * @param remedy what to change in the trainer; shown in place of the general remedy
 */
export class ContractViolated extends Error {
  constructor(
    what: string,
    readonly remedy: string,
  ) {
    super(visible(what));
  }

  /** Message and remedy as the reason of an attempt: the first line says what, the second what to do. */
  get reason(): string {
    return `${this.message}\n${this.remedy}`;
  }
}
