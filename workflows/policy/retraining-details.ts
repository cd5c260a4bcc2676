import type { RetrainingInput } from '../../contracts/retraining.js';

/** Newest triggers in the table. */
const SHOWN = 15;
/** Cells of a Markdown table must not end their row. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What an operator sees of a retraining controller. */
export function retrainingDetails(state: RetrainingInput): string {
  return [
    `## Retraining of ${state.model}`,
    state.inFlight
      ? `Lifecycle **${state.inFlight.run}** is in flight; triggers are refused until it ends.`
      : 'Nothing in flight.',
    `Monitoring clock ${state.now}; last retraining ${state.lastFiredAt ?? 'never'}; cooldown ${state.spec.cooldown}.`,
    '',
    '| at | trigger | verdict | reason | run |',
    '|---|---|---|---|---|',
    ...state.log
      .toReversed()
      .slice(0, SHOWN)
      .map((r) => `| ${r.at} | ${cell(r.id)} | ${r.verdict} | ${cell(r.reason)} | ${r.run ?? '–'} |`),
    '',
    `${state.handled} triggers decided. To retrain now: signal \`trigger\` with \`{"id": "manual/why", "kind": "manual", "at": null, "detail": "why"}\`.`,
  ].join('\n');
}
