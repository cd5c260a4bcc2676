import { Context } from '@temporalio/activity';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { type Suggested, SuggestTrialsInput } from '../../contracts/study.js';
import { heartbeating } from './heartbeating.js';
import type { SearchDeps } from './deps.js';

/** Most ended trials that a search learns from. More change little and cost seconds. */
const BEST = 200;
const NEWEST = 300;
/** Most running trials that a search is told of. */
const RUNNING = 500;

/**
 * Choose the parameters of the next trials from the known trials.
 *
 * Idempotent by (model, run, trial): parameters are written before they are used, and the first ones written are
 * kept. Heartbeats from a timer.
 *
 * @throws MainspringFailure `InvalidInput`, also for a warm start from a run without trials; `EnvironmentBroken`
 * (never retried)
 */
export function makeSuggestTrials({ trials: store, suggester }: Pick<SearchDeps, 'trials' | 'suggester'>) {
  return async function suggestTrials(input: SuggestTrialsInput): Promise<Suggested> {
    const { model, run, search, seed, trials } = parseOrFail(SuggestTrialsInput, input);
    const { algorithm, space, objective } = search;
    const study = { model, run };
    const { goal } = objective;
    return heartbeating(
      () => ({ suggesting: trials.length }),
      async () => {
        const known = await store.proposed(study, trials);
        const asked = trials.filter((trial) => !known.some((other) => other.trial === trial));
        if (asked.length === 0) return known;
        const learns = algorithm === 'tpe';
        const choice = { goal, best: BEST, newest: NEWEST };
        const [earlier, history, running] = learns
          ? await Promise.all([
              search.warmStart === undefined ? [] : store.told({ model, run: search.warmStart }, choice),
              store.told(study, choice),
              store.running(study, RUNNING),
            ])
          : [[], [], []];
        if (learns && search.warmStart !== undefined && earlier.length === 0)
          throw fail(
            FailureType.InvalidInput,
            `training.search.warmStart: run "${search.warmStart}" of ${model} has no finished trials`,
            { remedy: 'Name a run that `mainspring study` shows with trials, or take warmStart out.' },
          );
        const params = await suggester.suggest(
          {
            algorithm: learns ? 'tpe' : 'sobol',
            space,
            seed,
            goal,
            trials: asked,
            history: [...earlier, ...history],
            running,
          },
          Context.current().cancellationSignal,
        );
        const chosen = asked.map((trial, index) => ({ trial, params: params[index] ?? {} }));
        return [...known, ...(await store.propose(study, chosen))];
      },
    );
  };
}
