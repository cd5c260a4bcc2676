/** Most errors of a chain that are followed: an error may name itself as its cause. */
const MAX_DEPTH = 20;

/** The message of one error without its causes; its code or its name if the message is empty. */
function ownReason(error: Error): string {
  if (error.message !== '') return error.message;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * Message of the innermost cause of an error, which names the reason; the errors around it only carried it. Of Node's
 * aggregate of several connection attempts the first one counts.
 */
export function rootReason(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const inner: unknown =
      at instanceof AggregateError && at.errors.length > 0 ? at.errors[0] : at instanceof Error && at.cause;
    if (!(inner instanceof Error)) break;
    at = inner;
  }
  return at instanceof Error ? ownReason(at) : String(at);
}
