/** What became of a bad item. Each of `FAULTS` is a fault of ours. */
export type Outcome = 'accepted' | 'refused' | 'setAside' | Fault;

/**
 * `stopped`: something beside the item was harmed, e.g. a good item sent after it was not answered as before. `silent`: it waits,
 * and nothing says why. `serverErrors`: the answer blames the server for a fault of the item, or shows a stack trace.
 */
export type Fault = 'stopped' | 'silent' | 'serverErrors';
export const FAULTS: readonly Fault[] = ['stopped', 'silent', 'serverErrors'];

export interface Verdict {
  outcome: Outcome;
  /** The answer in short. */
  why: string;
}

export const isFault = ({ outcome }: Verdict): boolean => (FAULTS as readonly Outcome[]).includes(outcome);

const MOST_SHOWN = 600;
const short = (text: string): string =>
  text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}… (${text.length} characters)`;

export const accepted = (why = ''): Verdict => ({ outcome: 'accepted', why: short(why) });
export const refused = (why: string): Verdict => ({ outcome: 'refused', why: short(why) });
export const setAside = (why: string): Verdict => ({ outcome: 'setAside', why: short(why) });
export const stopped = (why: string): Verdict => ({ outcome: 'stopped', why: short(why) });
export const silent = (why: string): Verdict => ({ outcome: 'silent', why: short(why) });
export const serverError = (why: string): Verdict => ({ outcome: 'serverErrors', why: short(why) });

/** A line of a stack of JavaScript or Python. */
const TRACE = /^\s*at .+[:(]\d+:\d+\)?$|\(node:internal|Traceback \(most recent call last\)/m;

/** True when a text for people has the stack trace of an error. */
export const hasTrace = (text: string): boolean => TRACE.test(text);
