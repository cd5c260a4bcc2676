/** Limits of one request, so that no client can bring down the process. */
export const Limits = {
  /** Most bytes of a body, also after it was decompressed. */
  bodyBytes: 8 * 2 ** 20,
  /** Longest time until a request has come whole. Later it is answered with 408. */
  receiveMs: 30_000,
  rows: 10_000,
  labels: 10_000,
  /** Most characters of an id or an entity. */
  id: 200,
} as const;
