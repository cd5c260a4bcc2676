import type { RetrainingInput } from '../../contracts/retraining.js';
import { table } from '../policy/markdown.js';

/** Number of newest triggers in the table. */
const SHOWN = 15;

/** Markdown for an operator about a retraining controller. */
export function retrainingDetails(state: RetrainingInput): string {
  return [
    `## Retraining of ${state.model}`,
    state.inFlight
      ? `Lifecycle **${state.inFlight.run}** is in flight; triggers are refused until it ends.`
      : 'Nothing in flight.',
    `Monitoring clock ${state.now}; last retraining ${state.lastFiredAt ?? 'never'}; cooldown ${state.spec.cooldown}.`,
    '',
    ...table(
      ['at', 'trigger', 'verdict', 'reason', 'run'],
      state.log
        .toReversed()
        .slice(0, SHOWN)
        .map((r) => [r.at, r.id, r.verdict, r.reason, r.run ?? '–']),
    ),
    '',
    `${state.handled} triggers decided. To retrain now: signal \`trigger\` with \`{"id": "manual/why", "kind": "manual", "at": null, "detail": "why"}\`.`,
  ].join('\n');
}
