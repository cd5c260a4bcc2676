import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueOf, findings, isLive } from '../../../../activities/reaper/policy/findings.js';
import { type Census, JobSight, type Sighting } from '../../../../contracts/reaper.js';
import { JobState } from '../../../../contracts/job-state.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const rules = { beatMs: 600_000, joblessMs: 3_600_000 };

const sight = (more: Partial<JobSight> = {}): JobSight => ({
  jobKey: 'ms-a-a1',
  backend: 'local',
  intent: 'tiny/r/trial-0',
  attempt: 1,
  row: 'running',
  native: 'running',
  nativeId: '1',
  owner: 'open',
  beatAt: ago(1_000),
  beatEnded: false,
  claimed: true,
  head: 'current',
  progress: null,
  createdAt: ago(7_200_000),
  ...more,
});
const census = (...jobs: JobSight[]): Census => ({ at: ago(0), backends: [], jobs, more: 0, jobless: [] });
const found = (more: Partial<JobSight>) => findings(census(sight(more)), rules)[0];

/** Any job that a census could hold. */
const anySight = fc
  .record({
    row: fc.option(fc.constantFrom(...JobState.options)),
    native: fc.constantFrom(...JobSight.shape.native.options),
    owner: fc.constantFrom('open' as const, 'closed' as const),
    beatAt: fc.option(fc.integer({ min: 0, max: 2_000_000 }).map(ago)),
    beatEnded: fc.boolean(),
    createdAt: fc.integer({ min: 0, max: 9_000_000 }).map(ago),
    n: fc.nat(),
  })
  .map(({ n, row, ...rest }) =>
    sight({ ...rest, row, jobKey: `ms-${n}-a1`, ...(row === null && { owner: null, intent: null }) }),
  );
const anyCensus = fc
  .uniqueArray(anySight, { selector: ({ jobKey }) => jobKey })
  .map((jobs) => census(...jobs));

describe('the findings of the reaper', () => {
  it.each<[string, Partial<JobSight>, string | undefined]>([
    ['a job that trains for its workflow', {}, undefined],
    ['a job that waits in a queue', { native: 'queued', row: 'submitted', beatAt: null }, undefined],
    ['a job that no row knows', { row: null, intent: null, owner: null }, 'end'],
    ['a job whose row is over', { row: 'cancelled' }, 'end'],
    ['a job that is over like its row', { row: 'succeeded', native: 'ended' }, undefined],
    ['a job whose workflow is closed', { owner: 'closed' }, 'cancel'],
    [
      'a row that was never submitted, its workflow closed',
      { owner: 'closed', row: 'intended', native: 'absent', beatAt: null },
      'cancel',
    ],
    ['a job that is gone and silent', { native: 'absent', beatAt: ago(700_000) }, 'lose'],
    ['a job that is gone and never beat', { native: 'absent', beatAt: null }, 'lose'],
    ['a job that its backend forgot and that beats', { native: 'absent' }, undefined],
    ['a dispatch that is not over', { native: 'absent', beatAt: null, row: 'submitting' }, undefined],
    [
      'a young job that is not there yet',
      { native: 'absent', beatAt: null, createdAt: ago(9_000) },
      undefined,
    ],
  ])('%s', (_, more, action) => {
    expect(found(more)?.action).toBe(action);
  });

  it('do not include jobs of a backend that does not answer', () => {
    fc.assert(
      fc.property(anySight, (job) => {
        expect(findings(census({ ...job, native: 'unreachable' }), rules)).toEqual([]);
      }),
    );
  });

  it('never include a job that is alive and has a live row and an open workflow', () => {
    fc.assert(
      fc.property(anySight, (job) => {
        fc.pre(isLive(job) && job.owner === 'open' && (job.native === 'running' || job.native === 'queued'));
        expect(findings(census(job), rules)).toEqual([]);
      }),
    );
  });

  it('include every job that runs without a live row, and every live row without an open workflow', () => {
    fc.assert(
      fc.property(anyCensus, (seen) => {
        const named = new Map(findings(seen, rules).map((one) => [one.subject, one.action]));
        for (const job of seen.jobs) {
          if (job.native === 'unreachable') continue;
          const isThere = job.native === 'running' || job.native === 'queued';
          if (isThere && !isLive(job)) expect(named.get(job.jobKey)).toBe('end');
          if (isLive(job) && job.owner === 'closed')
            expect(['cancel', 'lose']).toContain(named.get(job.jobKey));
        }
      }),
    );
  });

  it('do not call an attempt lost that still beats, that its backend knows, or whose row is new', () => {
    fc.assert(
      fc.property(anyCensus, (seen) => {
        for (const { subject, kind } of findings(seen, rules)) {
          if (kind !== 'lost') continue;
          const job = seen.jobs.find(({ jobKey }) => jobKey === subject)!;
          expect(job.native).toBe('absent');
          expect(Date.parse(job.createdAt!)).toBeLessThanOrEqual(NOW - rules.beatMs);
          if (job.beatAt !== null && !job.beatEnded)
            expect(Date.parse(job.beatAt)).toBeLessThanOrEqual(NOW - rules.beatMs);
        }
      }),
    );
  });

  it('have at most one entry for each job', () => {
    fc.assert(
      fc.property(anyCensus, (seen) => {
        const subjects = findings(seen, rules).map(({ subject }) => subject);
        expect(new Set(subjects).size).toBe(subjects.length);
      }),
    );
  });

  it('only report a workflow without a job, after it had time to build its environment', () => {
    const jobless = [
      { intent: 'tiny/r/old', since: ago(4_000_000) },
      { intent: 'tiny/r/new', since: ago(1_000) },
    ];
    expect(findings({ ...census(), jobless }, rules)).toMatchObject([
      { subject: 'tiny/r/old', action: 'say', backend: null },
    ]);
  });
});

it('the reaper acts on sightings that are old enough, and never on those that it only reports', () => {
  const sighting = (firstSeen: string, action: Sighting['action']): Sighting => ({
    kind: 'orphan',
    subject: firstSeen,
    backend: 'local',
    intent: null,
    attempt: null,
    reason: '',
    action,
    firstSeen,
  });
  const all = [sighting(ago(0), 'end'), sighting(ago(600_000), 'cancel'), sighting(ago(600_000), 'say')];
  expect(dueOf(all, new Date(NOW), 600_000)).toEqual([all[1]]);
});
