/** One measured comparison. Printed as one line of JSON. */
export interface Figure {
  /** What was measured, starting with the benchmark's name, e.g. `gateway c=16`. */
  bench: string;
  /** Ours against the other one, as `bench` says; without a unit. */
  ratio: number;
  /** The mark: the claim is kept when the ratio is at least or at most this. A figure without one is for information. */
  atLeast?: number;
  atMost?: number;
  /** What the ratio is made of: seconds, rows, requests, versions. */
  [detail: string]: unknown;
}

/** `bench/<name>.ts` exports one of these as `bench`; importing the file does nothing. */
export interface Bench {
  name: string;
  /** One line for `--list`: what is compared, and the mark. */
  summary: string;
  run(print: (figure: Figure) => void): Promise<void>;
}

/** NaN keeps no mark. */
export function keepsMark({ ratio, atLeast, atMost }: Figure): boolean {
  if (Number.isNaN(ratio)) return false;
  return (atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost);
}
