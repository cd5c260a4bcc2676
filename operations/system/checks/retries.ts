import { type Trouble, allTroubles } from '../../lookup/troubles.js';
import { type Check, type Finding, ok } from './check.js';

/** Most troubles that one finding names. */
const SHOWN = 5;

const placeOf = ({ model, run, workflow }: Trouble): string =>
  model === null || run === null ? workflow : `${model}/${run} (${workflow})`;
const more = (count: number): string => (count > SHOWN ? `; and ${count - SHOWN} more` : '');
/** One line of a message that may be long. */
const brief = (reason: string): string => (reason.split('\n')[0] ?? '').slice(0, 300);

export function retriesOf(troubles: readonly Trouble[]): Finding {
  const held = troubles.filter(({ kind }) => kind !== 'fault');
  const [first] = held;
  if (!first) return ok('nothing is tried again or waits for a worker for more than a minute');
  const said = held
    .slice(0, SHOWN)
    .map(
      (one) =>
        `${placeOf(one)}: ${one.activity ?? ''}, ${one.kind === 'wait' ? 'waits' : `attempt ${one.attempt}`}: ${brief(one.reason)}`,
    );
  return { verdict: 'warn', detail: said.join('; ') + more(held.length), remedy: first.remedy };
}

export function faultsOf(troubles: readonly Trouble[]): Finding {
  const faulty = troubles.filter(({ kind }) => kind === 'fault');
  const [first] = faulty;
  if (!first) return ok('no workflow fails');
  const said = faulty
    .slice(0, SHOWN)
    .map((one) => `${placeOf(one)}, ${one.type}: ${one.attempt} attempts: ${brief(one.reason)}`);
  return { verdict: 'fail', detail: said.join('; ') + more(faulty.length), remedy: first.remedy };
}

/** Activities that are tried again and again, or that no worker takes. */
export const retries: Check = {
  what: 'retries',
  look: async (services) => retriesOf(await allTroubles(services)),
};

/** Workflows whose own code fails. Nothing else notices them: they wait for ever, and all servers are well. */
export const failingWorkflows: Check = {
  what: 'failing workflows',
  look: async (services) => faultsOf(await allTroubles(services)),
};
