import { defineSearchAttributeKey } from '@temporalio/common';

/** Search attributes, so that the Web UI can list runs by what they are and what they wait for. */
export const SearchAttribute = {
  Model: defineSearchAttributeKey('Model', 'KEYWORD'),
  /** Where a lifecycle is: charter, data, training, evaluation, registry, approval, release, done. */
  Stage: defineSearchAttributeKey('Stage', 'KEYWORD'),
  /** Verdict of the last gates: pass, fail or ask. */
  Gate: defineSearchAttributeKey('Gate', 'KEYWORD'),
  /** PENDING, APPROVED, REJECTED, EXPIRED or LAPSED. */
  ApprovalState: defineSearchAttributeKey('ApprovalState', 'KEYWORD'),
  /** The roles whose votes are still missing, joined by commas. */
  ApproverRole: defineSearchAttributeKey('ApproverRole', 'KEYWORD'),
  DueAt: defineSearchAttributeKey('DueAt', 'DATETIME'),
  Backend: defineSearchAttributeKey('Backend', 'KEYWORD'),
  SpecDigest: defineSearchAttributeKey('SpecDigest', 'KEYWORD'),
} as const;

/** Name and server type of each attribute, as the server's registration wants them. */
export const searchAttributeTypes = {
  Model: 'Keyword',
  Stage: 'Keyword',
  Gate: 'Keyword',
  ApprovalState: 'Keyword',
  ApproverRole: 'Keyword',
  DueAt: 'Datetime',
  Backend: 'Keyword',
  SpecDigest: 'Keyword',
} as const satisfies Record<keyof typeof SearchAttribute, 'Keyword' | 'Datetime'>;
