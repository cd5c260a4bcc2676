import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { type Census, type Finding, type Inspection, ReaperInput } from '../../contracts/reaper.js';
import { takeCensus } from './census.js';
import type { ReaperDeps } from './deps.js';
import { type Rules, dueOf, findings } from './policy/findings.js';

/** Allowance for clocks that differ and beats on their way. The watcher uses the same value. */
const MARGIN_MS = 30_000;
/** Building an environment may take an hour. */
const JOBLESS_MS = 3_600_000;

export const rulesOf = ({ timing }: Pick<ReaperDeps, 'timing'>): Rules => ({
  beatMs: timing.leaseMs + MARGIN_MS,
  joblessMs: JOBLESS_MS,
});

/** Most entries of one message; the rest follows in the next pass. */
const MAX_SIGHTS = 500;
const MAX_SIGHTINGS = 200;
const MAX_DUE = 50;

/** A census that fits into a message. Jobs with findings are kept first. */
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
 * Take a census, record its findings as sightings, and return those to act on: sightings that an earlier pass
 * recorded too. A dry run records nothing.
 *
 * Idempotent: a repeated delivery counts as one pass. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
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
    // Act only on sightings of this pass: the backends of the others did not answer.
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
