import type { ApprovalInput, ApprovalState, Vote } from '../../contracts/approval.js';
import type { Role } from '../../contracts/spec/charter.js';

/**
 * Most refusals kept in the state, so that a flood of signals cannot outgrow a payload. Every refusal is logged as
 * well.
 */
const MAX_REFUSALS = 100;
const MAX_TEXT = 500;
const bounded = (text: string): string =>
  text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;

const entries = (counts: ApprovalInput['quorum']): [Role, number][] =>
  Object.entries(counts) as [Role, number][];

export function open(input: ApprovalInput): ApprovalState {
  const { subject, evidenceDigest, expiresAt, quorum } = input;
  return {
    subject,
    status: 'PENDING',
    evidenceDigest,
    expiresAt,
    votes: [],
    missing: { ...quorum },
    refused: [],
  };
}

/** Why a vote does not count; undefined if it counts. `now` and the expiry are instants of the same clock. */
export function refuse(
  state: ApprovalState,
  input: ApprovalInput,
  vote: Vote,
  now: string,
): string | undefined {
  if (state.status !== 'PENDING') return `the approval of ${state.subject} is closed: ${state.status}`;
  if (isExpired(state, now)) return `the approval of ${state.subject} expired at ${state.expiresAt}`;

  const roles = entries(input.quorum).map(([role]) => role);
  if (!roles.includes(vote.role))
    return `role "${vote.role}" has no vote here; roles of the quorum: ${roles.join(', ')}`;
  const owners = input.owners[vote.role] ?? [];
  if (!owners.includes(vote.by))
    return `"${vote.by}" does not hold role "${vote.role}"; it is held by: ${owners.join(', ') || 'nobody'}`;
  if (input.separation && vote.by === input.startedBy)
    return `"${vote.by}" started this lifecycle and must not decide on it (approval.separation)`;

  // A prefix of the digest is enough, because people copy the short form that they see.
  if (vote.evidenceDigest.length < 8 || !input.evidenceDigest.startsWith(vote.evidenceDigest))
    return `evidence ${vote.evidenceDigest.slice(0, 12)} is not what is decided on; look at ${input.evidenceDigest.slice(0, 12)} and vote again`;
  const earlier = state.votes.find((recorded) => recorded.by === vote.by);
  if (earlier)
    return `"${vote.by}" has voted already (${earlier.verdict} as ${earlier.role}); one person, one vote`;
  return undefined;
}

/** All votes pass here, from updates and signals alike. A refused vote changes only the list of refusals. */
export function apply(state: ApprovalState, input: ApprovalInput, vote: Vote, at: string): ApprovalState {
  const why = refuse(state, input, vote, at);
  if (why !== undefined) return noteRefusal(state, vote.by, why, at);

  const votes = [...state.votes, { ...vote, evidenceDigest: input.evidenceDigest, at }];
  const missing = missingVotes(input.quorum, votes);
  // One rejection of a document is final: the document is changed and submitted again, rather than outvoted.
  const status =
    vote.verdict === 'reject' ? 'REJECTED' : Object.keys(missing).length === 0 ? 'APPROVED' : 'PENDING';
  return { ...state, votes, missing, status };
}

export function noteRefusal(state: ApprovalState, by: string, why: string, at: string): ApprovalState {
  const refused = [...state.refused, { by: bounded(by), why: bounded(why), at }].slice(-MAX_REFUSALS);
  return { ...state, refused };
}

export const isExpired = (state: ApprovalState, now: string): boolean =>
  Date.parse(now) >= Date.parse(state.expiresAt);

/** Ends an undecided approval: EXPIRED when its time is over, LAPSED when the lifecycle has ended. */
export const closeUndecided = (state: ApprovalState, status: 'EXPIRED' | 'LAPSED'): ApprovalState =>
  state.status === 'PENDING' ? { ...state, status } : state;

function missingVotes(
  quorum: ApprovalInput['quorum'],
  votes: ApprovalState['votes'],
): ApprovalState['missing'] {
  const missing = entries(quorum).map(([role, needed]): [Role, number] => [
    role,
    needed - votes.filter((vote) => vote.role === role && vote.verdict === 'approve').length,
  ]);
  return Object.fromEntries(missing.filter(([, votesLeft]) => votesLeft > 0));
}
