import { z } from 'zod';
import { type MainspringFailure, fail } from '../../contracts/failures.js';
import { FINAL_KINDS, PASSING } from './final-kinds.js';

/** Causes of an error that are looked at; a longer chain is a circle. */
const MAX_CAUSES = 10;

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < MAX_CAUSES; at = at.cause) {
    chain.push(at);
    // A connection that was tried on several addresses fails with one error for each.
    if (at instanceof AggregateError) chain.push(...at.errors.filter((one) => one instanceof Error));
  }
  return chain;
}

const textOf = (error: Error): string =>
  error instanceof z.core.$ZodError ? z.prettifyError(error) : `${error.name}: ${error.message}`;

/**
 * Tells a failure that no retry mends from one that may pass, by the kind of the error. Nothing else in the engine does.
 *
 * @param attempt number of the attempt that failed, from 1
 * @returns the final failure; undefined for an error that is tried again
 */
export function finalFailure(error: unknown, attempt: number): MainspringFailure | undefined {
  const chain = chainOf(error);
  if (chain.some((one) => PASSING.some((passes) => passes(one)))) return undefined;
  for (const kind of FINAL_KINDS) {
    const found = chain.find((one) => kind.is(one));
    if (!found) continue;
    if (attempt < kind.attempt) return undefined;
    return fail(kind.type, `${kind.what}: ${textOf(found)}`, { cause: error });
  }
  return undefined;
}
