/** Bounds of one request, so that no client can take the process with it. */
export const Limits = {
  bodyBytes: 8 * 2 ** 20,
  rows: 10_000,
  labels: 10_000,
  /** Of an id or an entity, characters. */
  id: 200,
} as const;
