import type { ReleaseInput, ReleaseState } from '../../contracts/release.js';
import { canaryFigures } from '../policy/guardrails.js';
import { table } from '../policy/markdown.js';
import { percent } from '../../contracts/figures.js';

const WHAT: Record<ReleaseState['stage'], string> = {
  loading: 'Puts the candidate into the routes.',
  warming: 'Gateways load the candidate next to the champion and repeat the golden requests.',
  canary: 'The candidate answers its share of real requests; guardrails judge it.',
  promoting: 'Moves champion alias and routes in one transaction.',
  'rolling-back': 'Takes the candidate out of the routes.',
  promoted: 'The candidate is the champion.',
  'rolled-back': 'The champion serves as before.',
};

/** Markdown for an operator about a release. */
export function releaseDetails(
  { model, candidate, spec }: ReleaseInput,
  state: ReleaseState,
  champion: number | null,
): string {
  const { canary, guardrails } = spec;
  const over = state.stage === 'promoted' || state.stage === 'rolled-back';
  return [
    `## Release of ${model}, version ${candidate.version}: ${state.stage}${state.paused ? ' (paused)' : ''}`,
    WHAT[state.stage],
    '',
    `**${over ? 'Because' : 'Now'}:** ${state.why}`,
    '',
    ...table(
      ['', ''],
      [
        ['champion', champion === null ? 'none' : `version ${champion}`],
        ['candidate’s share', percent(state.share)],
        ['candidate’s arm', state.evidence ? canaryFigures(state.evidence) : '–'],
        ['needs', `${canary.minRequests} requests, ${canary.minTime}, within ${canary.maxTime}`],
        [
          'guardrails',
          `errors ≤ ${guardrails.errorRate}, p99 ≤ ${guardrails.latencyP99Ms} ms, score difference ≤ ${guardrails.scoreShift}`,
        ],
      ],
    ),
    ...(over
      ? []
      : [
          '',
          'Updates: `pause`, `resume`, `abort`, each with `{"by": "you", "reason": "why"}`. Cancelling rolls back.',
        ]),
  ].join('\n');
}
