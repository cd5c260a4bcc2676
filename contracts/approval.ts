import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { z } from 'zod';
import { Instant, Sha256 } from './artifacts.js';
import { RunContext } from './data.js';
import { Decision } from './evaluation.js';
import { Role } from './spec/charter.js';

export const ApprovalInput = z.strictObject({
  ...RunContext.shape,
  /** Left out: a release. */
  about: z.enum(['release', 'budget']).optional(),
  /** What is decided, e.g. `flight-delay/3` (model/version), or `budget/<account>/<generation of its limits>`. */
  subject: z.string().min(1),
  /** Of the model; of a budget: how often it was asked. */
  version: z.int().positive(),
  /** Votes are bound to this; another digest is refused as stale. */
  evidenceDigest: Sha256,
  quorum: z.partialRecord(Role, z.int().positive()),
  /** Role → principals that hold it. */
  owners: z.partialRecord(Role, z.array(z.string())),
  /** Refused as a voter when `separation` holds. */
  startedBy: z.string(),
  separation: z.boolean(),
  /** Absolute. */
  expiresAt: Instant,
  /** Markdown for the approver: figures, gates, report address. */
  summary: z.string(),
  decisions: z.array(Decision),
});
export type ApprovalInput = z.infer<typeof ApprovalInput>;

/** One person's part of a decision. Names the evidence that the person looked at. */
export const Vote = z.strictObject({
  by: z.string().min(1),
  role: Role,
  verdict: z.enum(['approve', 'reject']),
  evidenceDigest: z
    .string()
    .min(8)
    .describe('The digest shown with the approval; its first 8 characters or more.'),
  note: z.string().max(1_000).default(''),
});
export type Vote = z.infer<typeof Vote>;
export type VoteInput = z.input<typeof Vote>;

export const RecordedVote = z.strictObject({ ...Vote.shape, note: z.string(), at: Instant });
export type RecordedVote = z.infer<typeof RecordedVote>;

export const ApprovalStatus = z.enum(['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'LAPSED']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** Answer of query `state`, of an accepted vote, and result of the workflow. */
export const ApprovalState = z.strictObject({
  subject: z.string(),
  status: ApprovalStatus,
  evidenceDigest: Sha256,
  expiresAt: Instant,
  votes: z.array(RecordedVote),
  /** Role → votes that are still missing. */
  missing: z.partialRecord(Role, z.int().positive()),
  /** Signals that broke a rule, with the rule: nothing is dropped in silence. */
  refused: z.array(z.strictObject({ by: z.string(), why: z.string(), at: Instant })),
});
export type ApprovalState = z.infer<typeof ApprovalState>;

export const voteUpdate = defineUpdate<ApprovalState, [VoteInput]>('vote');
export const voteSignal = defineSignal<[VoteInput]>('vote');
export const approvalState = defineQuery<ApprovalState>('state');
