import fc from 'fast-check';
import { silent, stopped, type Verdict } from './verdict.js';

/** An open door: what it takes, how an item is sent, and what to look at afterwards. */
export interface OpenDoor<Item> {
  items: fc.Arbitrary<Item>;
  /**
   * Send an item, and then a good one whose answer must be as before. It must not throw: an error counts as `stopped`, and no
   * answer within `patienceMs` as `silent`.
   */
  send(item: Item): Promise<Verdict>;
  /** The item as a person can read it. Default: fast-check's own form. */
  show?(item: Item): string;
  /** Looks at the effect of all items together, e.g. whether the window that holds them closes. Default: no such effect. */
  settle?(): Promise<Verdict>;
  close(): Promise<void>;
}

/** A place where strangers' input comes in. */
export interface Door {
  name: string;
  /** What comes in, in a few words. */
  what: string;
  /** Part of the cases of a run over all doors, relative to the others. */
  weight: number;
  open(): Promise<Opened>;
}

/** An open door without the type of its items. */
export interface Opened {
  check(run: Run): Promise<Checked>;
  settle(): Promise<Verdict | undefined>;
  close(): Promise<void>;
}

export interface Run {
  seed: number;
  cases: number;
  /** Path of one case, as a failure printed it. */
  path?: string | undefined;
  /** False to leave a bad case as it came. */
  shrink: boolean;
  /** Called for each case, but not while a bad one is shrunk. */
  onVerdict: (verdict: Verdict) => void;
  isBad: (verdict: Verdict) => boolean;
}

export interface Checked {
  /** Cases until the first bad one, which is the last. */
  cases: number;
  bad: { item: string; path: string; verdict: Verdict } | undefined;
}

/** Time for one item and the good one after it. */
const patienceMs = 20_000;

async function verdictOf<Item>(door: OpenDoor<Item>, item: Item): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve(silent(`no answer within ${patienceMs / 1_000} s`)), patienceMs);
  });
  const answer = door
    .send(item)
    .catch((error: unknown) =>
      stopped(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

class Bad extends Error {
  constructor(readonly verdict: Verdict) {
    super(verdict.why);
  }
}

/** A door of the record. `weight`: default 1. */
export function defineDoor<Item>(door: {
  name: string;
  what: string;
  weight?: number;
  open: () => Promise<OpenDoor<Item>>;
}): Door {
  return {
    name: door.name,
    what: door.what,
    weight: door.weight ?? 1,
    open: async () => {
      const opened = await door.open();
      return {
        settle: async () => opened.settle?.(),
        close: () => opened.close(),
        check: (run) => check(opened, run),
      };
    },
  };
}

async function check<Item>(
  door: OpenDoor<Item>,
  { seed, cases, path, shrink, onVerdict, isBad }: Run,
): Promise<Checked> {
  let found = false;
  const property = fc.asyncProperty(door.items, async (item) => {
    const verdict = await verdictOf(door, item);
    if (!found) onVerdict(verdict);
    if (!isBad(verdict)) return;
    found = true;
    throw new Bad(verdict);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: cases,
    endOnFailure: !shrink,
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return { cases: details.numRuns, bad: undefined };
  const { errorInstance, counterexample, counterexamplePath } = details;
  const verdict = errorInstance instanceof Bad ? errorInstance.verdict : stopped('the attack itself broke');
  const [item] = counterexample ?? [];
  const shown = item === undefined ? '' : (door.show?.(item) ?? fc.stringify(item));
  return { cases: details.numRuns, bad: { item: shown, path: counterexamplePath ?? '', verdict } };
}
