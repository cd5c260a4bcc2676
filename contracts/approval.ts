import { defineQuery, defineSignal, defineUpdate } from './messages.js';
import { z } from 'zod';
import { APPROVAL_SUBJECT_NAMES } from './approval-subjects/index.js';
import { Instant, Sha256 } from './artifacts.js';
import { text } from './primitives/text.js';
import { RunContext } from './data.js';
import { Decision } from './evaluation.js';
import { Role } from './spec/charter.js';
import { typedByPeople } from './wire.js';

export const ApprovalInput = z.object({
  ...RunContext.shape,
  /** Subject of the decision. Default: a release. */
  about: z.enum(APPROVAL_SUBJECT_NAMES).optional(),
  /**
   * Identifies the subject, e.g. `flight-delay/3` (model/version), or `budget/<account>/<generation of its
   * limits>`.
   */
  subject: z.string().min(1),
  /** Version of the model; for a budget the number of the request. */
  version: z.int().positive(),
  /** Digest of the evidence. A vote on another digest is refused as stale. */
  evidenceDigest: Sha256,
  quorum: z.partialRecord(Role, z.int().positive()),
  /** Role → principals that hold it. */
  owners: z.partialRecord(Role, z.array(z.string())),
  /** Starter of the lifecycle; may not vote if `separation` is true. */
  startedBy: z.string(),
  separation: z.boolean(),
  /** Absolute time. */
  expiresAt: Instant,
  /** Markdown for the approver: figures, gates, report address. */
  summary: z.string(),
  decisions: z.array(Decision),
});
export type ApprovalInput = z.infer<typeof ApprovalInput>;

const DIGEST = /^[0-9a-f]{8,64}$/;
const DIGEST_FORM = '8 to 64 digits of lower-case hex: the digest of the evidence, or how it begins';

/** The evidence that a person looked at, as the person types its digest. */
export const EvidenceDigest = z
  .string(DIGEST_FORM)
  .refine((typed) => DIGEST.test(typed), {
    error: DIGEST_FORM,
    params: {
      remedy: 'Copy the digest that `mainspring approvals` shows, or leave it out to vote on that evidence.',
    },
  })
  .meta({ pattern: DIGEST.source });

/** One person's vote. It names the evidence that the person looked at. */
export const Vote = typedByPeople({
  by: text(200),
  role: Role,
  verdict: z.enum(['approve', 'reject']),
  // Looser than `EvidenceDigest`: a vote by signal on other evidence is refused with the name of its voter.
  evidenceDigest: text(64)
    .min(8, DIGEST_FORM)
    .describe('The digest shown with the approval; its first 8 characters or more.'),
  note: z.union([z.literal(''), text(1_000)]).default(''),
});
export type Vote = z.infer<typeof Vote>;
export type VoteInput = z.input<typeof Vote>;

/** Votes of earlier versions had other limits of their texts. */
export const RecordedVote = z.object({
  ...Vote.shape,
  by: z.string(),
  evidenceDigest: z.string(),
  note: z.string(),
  at: Instant,
});
export type RecordedVote = z.infer<typeof RecordedVote>;

export const ApprovalStatus = z.enum(['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'LAPSED']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** Answer of query `state` and of an accepted vote; also the result of the workflow. */
export const ApprovalState = z.object({
  subject: z.string(),
  status: ApprovalStatus,
  evidenceDigest: Sha256,
  expiresAt: Instant,
  votes: z.array(RecordedVote),
  /** Role → votes that are still missing. */
  missing: z.partialRecord(Role, z.int().positive()),
  /** Refused signals, each with the rule that it broke, so that no vote disappears silently. */
  refused: z.array(z.object({ by: z.string(), why: z.string(), at: Instant })),
});
export type ApprovalState = z.infer<typeof ApprovalState>;

export const voteUpdate = defineUpdate<ApprovalState, [VoteInput]>('vote');
export const voteSignal = defineSignal<[VoteInput]>('vote');
export const approvalState = defineQuery<ApprovalState>('state');
