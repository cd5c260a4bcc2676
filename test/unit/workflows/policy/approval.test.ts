import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalInput, ApprovalState, Vote } from '../../../../contracts/approval.js';
import type { Role } from '../../../../contracts/spec/charter.js';
import { apply, closeUndecided, noteRefusal, open, refuse } from '../../../../workflows/policy/approval.js';
import { sha } from '../../../support/fixtures.js';

const T0 = '2001-02-01T00:00:00.000Z';
const EXPIRY = '2001-02-08T00:00:00.000Z';
const digest = sha('evidence');

const input: ApprovalInput = {
  model: 'tiny',
  run: 'r-1',
  specDigest: sha('spec'),
  subject: 'tiny/3',
  version: 3,
  evidenceDigest: digest,
  quorum: { 'business-stakeholder': 1, 'ml-engineer': 2 },
  owners: {
    'business-stakeholder': ['maya', 'tomas'],
    'ml-engineer': ['tomas', 'ines', 'ada'],
    'data-engineer': ['olu'],
  },
  startedBy: 'ada',
  separation: true,
  expiresAt: EXPIRY,
  summary: 'figures',
  decisions: [],
};
const vote = (change: Partial<Vote> = {}): Vote => ({
  by: 'maya',
  role: 'business-stakeholder',
  verdict: 'approve',
  evidenceDigest: digest,
  note: '',
  ...change,
});

describe('a vote', () => {
  it('counts when an owner of a quorum role names the evidence, also by its first eight characters', () => {
    expect(refuse(open(input), input, vote(), T0)).toBeUndefined();
    expect(refuse(open(input), input, vote({ evidenceDigest: digest.slice(0, 8) }), T0)).toBeUndefined();
  });

  it.each([
    [
      'a role outside the quorum',
      vote({ by: 'olu', role: 'data-engineer' }),
      'roles of the quorum: business-stakeholder, ml-engineer',
    ],
    ['a person who does not hold the role', vote({ by: 'ines' }), 'held by: maya, tomas'],
    [
      'the person who started the lifecycle',
      vote({ by: 'ada', role: 'ml-engineer' }),
      'started this lifecycle',
    ],
    ['another evidence digest', vote({ evidenceDigest: sha('older evidence') }), 'is not what is decided on'],
    [
      'fewer than eight characters of the digest',
      vote({ evidenceDigest: digest.slice(0, 7) }),
      'is not what is decided on',
    ],
    [
      'more characters than the digest has',
      vote({ evidenceDigest: `${digest}0` }),
      'is not what is decided on',
    ],
  ])('of %s is refused with the reason', (_what, refused, why) => {
    expect(refuse(open(input), input, refused, T0)).toContain(why);
  });

  it('is refused the second time a person votes, whatever the role or verdict', () => {
    const state = apply(open(input), input, vote({ by: 'tomas' }), T0);
    const again = vote({ by: 'tomas', role: 'ml-engineer', verdict: 'reject' });
    expect(refuse(state, input, again, T0)).toContain('has voted already (approve as business-stakeholder)');
  });

  it('of the starter counts when the spec does not ask for separation', () => {
    const relaxed = { ...input, separation: false };
    expect(refuse(open(relaxed), relaxed, vote({ by: 'ada', role: 'ml-engineer' }), T0)).toBeUndefined();
  });

  it('is refused from the instant of expiry on, and one millisecond before it is not', () => {
    expect(refuse(open(input), input, vote(), '2001-02-07T23:59:59.999Z')).toBeUndefined();
    expect(refuse(open(input), input, vote(), EXPIRY)).toContain('expired');
  });

  it.each(['EXPIRED', 'LAPSED'] as const)('is refused once the approval is %s', (status) => {
    const closed = closeUndecided(open(input), status);
    expect(refuse(closed, input, vote(), T0)).toContain(`closed: ${status}`);
  });
});

describe('a quorum', () => {
  it('says which votes are missing, and approves with the last of them', () => {
    let state = apply(open(input), input, vote(), T0);
    expect(state).toMatchObject({ status: 'PENDING', missing: { 'ml-engineer': 2 } });
    expect(state.missing).not.toHaveProperty('business-stakeholder');
    state = apply(state, input, vote({ by: 'tomas', role: 'ml-engineer' }), T0);
    expect(state).toMatchObject({ status: 'PENDING', missing: { 'ml-engineer': 1 } });
    state = apply(state, input, vote({ by: 'ines', role: 'ml-engineer' }), T0);
    expect(state).toMatchObject({ status: 'APPROVED', missing: {} });
  });

  it('is rejected by a single reject', () => {
    const state = apply(open(input), input, vote({ verdict: 'reject', note: 'too early' }), T0);
    expect(state).toMatchObject({ status: 'REJECTED', votes: [{ by: 'maya', note: 'too early' }] });
  });

  it('keeps a refused vote with its reason and changes nothing else', () => {
    const before = open(input);
    const after = apply(before, input, vote({ by: 'mallory' }), T0);
    expect(after).toEqual({
      ...before,
      refused: [{ by: 'mallory', at: T0, why: expect.stringContaining('does not hold') as string }],
    });
  });

  it('stays within a payload when refused votes flood in', () => {
    let state = open(input);
    for (let n = 0; n < 500; n += 1)
      state = noteRefusal(state, 'm'.repeat(5_000), `${n} ${'x'.repeat(5_000)}`, T0);
    expect(state.refused).toHaveLength(100);
    expect(state.refused.at(-1)?.why).toMatch(/^499 x+…$/);
    expect(JSON.stringify(state).length).toBeLessThan(120_000);
  });

  it('never turns a decision into EXPIRED or LAPSED', () => {
    const rejected = apply(open(input), input, vote({ verdict: 'reject' }), T0);
    expect(closeUndecided(rejected, 'EXPIRED')).toBe(rejected);
  });
});

type Act = { vote: Vote; at: string } | { close: 'EXPIRED' | 'LAPSED' };

const roles: Role[] = ['business-stakeholder', 'ml-engineer', 'data-engineer'];
const people = ['maya', 'tomas', 'ines', 'ada', 'olu', 'mallory'];
const aVote = fc.record({
  vote: fc.record({
    by: fc.constantFrom(...people),
    role: fc.constantFrom(...roles),
    verdict: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'reject' as const),
    evidenceDigest: fc.constantFrom(digest, digest, digest.slice(0, 8), digest.slice(0, 5), sha('stale')),
    note: fc.constant(''),
  }),
  at: fc.constantFrom(T0, '2001-02-07T23:59:59.999Z', EXPIRY, '2001-03-01T00:00:00.000Z'),
});
const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 15, arbitrary: aVote },
  { weight: 1, arbitrary: fc.record({ close: fc.constantFrom('EXPIRED' as const, 'LAPSED' as const) }) },
);
const anInput = fc
  .record({
    business: fc.integer({ min: 0, max: 2 }),
    engineers: fc.integer({ min: 0, max: 3 }),
    separation: fc.boolean(),
    startedBy: fc.constantFrom(...people),
  })
  .filter(({ business, engineers }) => business + engineers > 0)
  .map(({ business, engineers, separation, startedBy }): ApprovalInput => ({
    ...input,
    quorum: {
      ...(business > 0 ? { 'business-stakeholder': business } : {}),
      ...(engineers > 0 ? { 'ml-engineer': engineers } : {}),
    },
    separation,
    startedBy,
  }));

const play = (request: ApprovalInput, acts: Act[]): ApprovalState =>
  acts.reduce(
    (state, act) =>
      'vote' in act ? apply(state, request, act.vote, act.at) : closeUndecided(state, act.close),
    open(request),
  );

/** Judges the votes without the reducer: a quorum of distinct owners of the roles, before expiry, on this evidence. */
function quorumIsValid(request: ApprovalInput, acts: Act[]): boolean {
  const rightful = (role: Role) =>
    new Set(
      acts.flatMap((act) =>
        'vote' in act &&
        act.vote.role === role &&
        act.vote.verdict === 'approve' &&
        act.vote.evidenceDigest.length >= 8 &&
        digest.startsWith(act.vote.evidenceDigest) &&
        act.at < EXPIRY &&
        (request.owners[role] ?? []).includes(act.vote.by) &&
        !(request.separation && act.vote.by === request.startedBy)
          ? [act.vote.by]
          : [],
      ),
    );
  const needed = Object.entries(request.quorum) as [Role, number][];
  const everyone = new Set(needed.flatMap(([role]) => [...rightful(role)]));
  const total = needed.reduce((sum, [, votes]) => sum + votes, 0);
  return needed.every(([role, votes]) => rightful(role).size >= votes) && everyone.size >= total;
}

describe('votes in any order, repeated or racing', () => {
  it('approve only by a full quorum of distinct, rightful people, on this evidence and in time', () => {
    let approvals = 0;
    fc.assert(
      fc.property(anInput, fc.array(anAct, { maxLength: 40 }), (request, acts) => {
        const state = play(request, acts);
        if (state.status !== 'APPROVED') return;
        approvals += 1;
        expect(quorumIsValid(request, acts)).toBe(true);
        expect(state.votes.every((recorded) => recorded.verdict === 'approve')).toBe(true);
        expect(new Set(state.votes.map((recorded) => recorded.by)).size).toBe(state.votes.length);
      }),
      { numRuns: 3_000 },
    );
    expect(approvals).toBeGreaterThan(20);
  });

  it('a decision never changes, and voters and votes only grow', () => {
    fc.assert(
      fc.property(anInput, fc.array(anAct, { maxLength: 25 }), (request, acts) => {
        acts.forEach((_, n) => {
          const before = play(request, acts.slice(0, n));
          const after = play(request, acts.slice(0, n + 1));
          expect(after.votes.slice(0, before.votes.length)).toEqual(before.votes);
          if (before.status !== 'PENDING') expect(after.status).toBe(before.status);
        });
      }),
    );
  });

  it('the same votes again change nothing: a retried update or a replayed signal is harmless', () => {
    fc.assert(
      fc.property(anInput, fc.array(anAct, { maxLength: 20 }), (request, acts) => {
        const once = play(request, acts);
        const twice = play(
          request,
          acts.flatMap((act) => [act, act]),
        );
        expect({ ...twice, refused: [] }).toEqual({ ...once, refused: [] });
      }),
    );
  });
});
