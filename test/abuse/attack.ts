import type { Door } from './door.js';
import { type Outcome, type Verdict, isFault } from './verdict.js';

export type Tally = Record<Outcome, number> & { cases: number };

export const emptyTally = (): Tally => ({
  cases: 0,
  accepted: 0,
  refused: 0,
  setAside: 0,
  stopped: 0,
  silent: 0,
  serverErrors: 0,
});

/** A bad case, and how to run it again. */
export interface Finding {
  door: string;
  seed: number;
  /** Path of the shrunk item within the cases of `seed`; undefined for what the items left behind together. */
  path: string | undefined;
  item: string;
  verdict: Verdict;
}

export interface Attack {
  seed: number;
  cases: number;
  path?: string | undefined;
  onFinding: (finding: Finding) => void;
}

/** Cases between two looks at what they left behind. A block has one seed, so that a finding in it can be run again. */
const BLOCK = 250;

/** Findings of one door that are shrunk, and that are reported. Whoever has more of them has one fault in all. */
const SHRUNK = 5;
const REPORTED = 20;

/** Sends `cases` items to a door. The same seed sends the same items. */
export async function attack(door: Door, { seed, cases, path, onFinding }: Attack): Promise<Tally> {
  const tally = emptyTally();
  const count = (verdict: Verdict): void => {
    tally.cases += 1;
    tally[verdict.outcome] += 1;
  };
  let found = 0;
  const report = (finding: Omit<Finding, 'door'>): void => {
    found += 1;
    if (found <= REPORTED) onFinding({ door: door.name, ...finding });
  };
  const opened = await door.open();
  try {
    for (let block = 0; tally.cases < cases; block += 1) {
      const own = (seed + block) | 0;
      const { bad } = await opened.check({
        seed: own,
        path,
        cases: Math.min(BLOCK, cases - tally.cases),
        shrink: found < SHRUNK,
        onVerdict: count,
        isBad: isFault,
      });
      if (bad) report({ seed: own, ...bad });
      const left = await opened.settle();
      if (left === undefined || !isFault(left)) continue;
      tally[left.outcome] += 1;
      report({ seed: own, path: undefined, item: 'all items of the block together', verdict: left });
    }
  } finally {
    await opened.close();
  }
  return tally;
}
