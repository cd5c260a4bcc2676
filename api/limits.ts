/** Limits of the API. Each protects all callers from a single one. */
export const limits = {
  /**
   * Largest JSON body: a packed spec with its SQL, or the rows of a prediction. It is parsed in one go, during which nobody else
   * is answered.
   */
  bodyBytes: 2 ** 20,
  /** Largest artifact. */
  artifactBytes: 50 * 2 ** 30,
  /** Most uploads at once: each uses disk space until it is checked. */
  uploads: 16,
  /** Most streams at once: each holds a connection and polls the servers. */
  streams: 200,
  /** Longest duration of a stream. The client then continues with a new one. */
  streamMs: 3_600_000,
  /** Interval at which an idle stream sends an empty line, so that a lost connection is noticed. */
  heartbeatMs: 15_000,
  /** Time to send the headers of a request, then its JSON body. An upload may take longer, and pause for so long. */
  requestMs: 60_000,
  /** Longest name, run or job in a path. */
  pathChars: 1_000,
};
export type Limits = typeof limits;
