import type { S3Options } from './client.js';

const ASK_MS = 5_000;
/** The header has whole seconds, so the time is half a second later on the average. */
const HALF_A_SECOND_MS = 500;

/**
 * The time of the object store. The request is not signed, because a store refuses signatures of a clock that is off; its
 * refusal has the time too.
 */
export async function storeTime({ endpoint, port, useSsl }: S3Options): Promise<Date> {
  const address = `${useSsl ? 'https' : 'http'}://${endpoint}:${port}/`;
  const { headers } = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(ASK_MS) });
  const at = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(at)) throw new Error(`the object store at ${address} does not tell its time`);
  return new Date(at + HALF_A_SECOND_MS);
}
