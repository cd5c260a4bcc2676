/** One measured comparison. Printed as one line of JSON. */
export interface Figure {
  /** The subject of the measurement, beginning with the benchmark's name, e.g. `gateway c=16`. */
  bench: string;
  /** Ratio of our figure to the other one, as `bench` describes it; no unit. */
  ratio: number;
  /**
   * The mark: the claim holds if the ratio is at least, or at most, this value. A figure without a mark is
   * information only.
   */
  atLeast?: number;
  atMost?: number;
  /** The figures behind the ratio: seconds, rows, requests, versions. */
  [detail: string]: unknown;
}

/** `bench/<name>.ts` exports one of these as `bench`; importing the file does nothing. */
export interface Bench {
  name: string;
  /** One line for `--list`: the two sides of the comparison, and the mark. */
  summary: string;
  run(print: (figure: Figure) => void): Promise<void>;
}

/** A ratio of NaN never keeps its mark. */
export function keepsMark({ ratio, atLeast, atMost }: Figure): boolean {
  if (Number.isNaN(ratio)) return false;
  return (atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost);
}
