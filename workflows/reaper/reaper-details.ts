import type { ReaperInput, ReaperReport } from '../../contracts/reaper.js';
import { cell, minute, table } from '../policy/markdown.js';

/** Most rows shown; the workflow's result contains all of them. */
const SHOWN = 50;

/** Markdown for an operator about one pass of the reaper. */
export function reaperDetails(
  { census, sightings, done, tidied, recorded = [] }: ReaperReport,
  { apartMs, dryRun }: Pick<ReaperInput, 'apartMs' | 'dryRun'>,
): string {
  const away = census.backends.filter(({ unreachable }) => unreachable !== null);
  const outcomes = new Map(done.map(({ subject, outcome }) => [subject, outcome]));
  const rows = sightings
    .slice(0, SHOWN)
    .map((one) => [
      `\`${one.subject}\``,
      one.reason,
      minute(one.firstSeen),
      outcomes.get(one.subject) ?? (one.action === 'say' ? 'only said' : one.action),
    ]);
  return [
    `## ${census.jobs.length + census.more} jobs, ${sightings.length} not as they should be${dryRun ? ' (dry run)' : ''}`,
    ...away.map(
      ({ name, unreachable }) =>
        `- Backend ${name} does not answer, so nothing is done to its jobs: ${unreachable ?? ''}`,
    ),
    `It acts on what it has seen for ${Math.round(apartMs / 60_000)} minutes. ${tidied} old folders removed.`,
    ...recorded.map((what) => `- Recorded for a workflow that had ended: ${cell(what)}`),
    ...(rows.length > 0 ? ['', ...table(['job', 'why', 'seen since', 'what is done'], rows)] : []),
  ].join('\n');
}
