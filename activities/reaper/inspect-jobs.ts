import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { type Census, type Finding, type Inspection, ReaperInput } from '../../contracts/reaper.js';
import { takeCensus } from './census.js';
import type { ReaperDeps } from './deps.js';
import { type Rules, dueOf, findings } from './policy/findings.js';

/** Clocks of two machines may differ by this much, and a beat may be on its way: the same as of the watcher. */
const MARGIN_MS = 30_000;
/** An environment may take an hour to build. */
const JOBLESS_MS = 3_600_000;

/** Label of an installation that was given none. */
const ANYBODY = 'local';

export const rulesOf = ({ timing, engineId }: Pick<ReaperDeps, 'timing' | 'engineId'>): Rules => ({
  isLabelOurs: engineId !== ANYBODY,
  beatMs: timing.leaseMs + MARGIN_MS,
  joblessMs: JOBLESS_MS,
});

/** What one message holds; what is more than that comes in the next pass. */
const MAX_SIGHTS = 500;
const MAX_SIGHTINGS = 200;
const MAX_DUE = 50;

/** A census that fits into a message: what something was found about comes first. */
function bounded(census: Census, found: Finding[]): Census {
  const named = new Set(found.map(({ subject }) => subject));
  const [first, rest] = [true, false].map((wanted) =>
    census.jobs.filter(({ jobKey }) => named.has(jobKey) === wanted),
  );
  const jobs = [...(first ?? []), ...(rest ?? [])];
  return {
    ...census,
    jobs: jobs.slice(0, MAX_SIGHTS),
    more: Math.max(0, jobs.length - MAX_SIGHTS),
    jobless: census.jobless.slice(0, MAX_SIGHTINGS),
  };
}

/**
 * Take a census, say what is not as it should be, and on what of it to act: on what an earlier pass saw as well. A dry run
 * writes nothing down.
 *
 * Idempotent: a delivery that comes twice counts as one pass. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeInspectJobs(deps: ReaperDeps) {
  return async function inspectJobs(input: ReaperInput): Promise<Inspection> {
    const { apartMs, dryRun } = parseOrFail(ReaperInput, input);
    const census = await takeCensus(deps, Context.current().client);
    const now = new Date(census.at);
    const found = findings(census, rulesOf(deps));
    const unreachable = census.backends
      .filter((backend) => backend.unreachable !== null)
      .map(({ name }) => name);
    const known = await deps.reaper.sightings();
    const sightings = dryRun
      ? found.map((finding) => {
          const before = known.find((one) => one.kind === finding.kind && one.subject === finding.subject);
          return { ...finding, firstSeen: before?.firstSeen ?? census.at };
        })
      : await deps.reaper.see(found, unreachable, now);
    // Only of those that this pass saw: the others' backends could not be asked.
    const seen = sightings.filter(({ kind, subject }) =>
      found.some((finding) => finding.kind === kind && finding.subject === subject),
    );
    return {
      census: bounded(census, found),
      sightings: seen.slice(0, MAX_SIGHTINGS),
      due: dueOf(seen, now, apartMs).slice(0, MAX_DUE),
    };
  };
}
