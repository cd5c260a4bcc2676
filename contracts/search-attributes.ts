const keyword = <Name extends string>(name: Name) => ({ name, type: 'KEYWORD' }) as const;

/** Search attributes, by which the Web UI can filter runs. */
export const SearchAttribute = {
  Model: keyword('Model'),
  /** Stage of a lifecycle: charter, data, training, evaluation, registry, approval, release, done. */
  Stage: keyword('Stage'),
  /** Verdict of the last gates: pass, fail or ask. */
  Gate: keyword('Gate'),
  /** PENDING, APPROVED, REJECTED, EXPIRED or LAPSED. */
  ApprovalState: keyword('ApprovalState'),
  /** The roles whose votes are still missing, separated by commas. */
  ApproverRole: keyword('ApproverRole'),
  DueAt: { name: 'DueAt', type: 'DATETIME' },
  Backend: keyword('Backend'),
  SpecDigest: keyword('SpecDigest'),
  /** Activities that have been tried again for more than a minute, separated by commas; not set if there are none. */
  Retrying: keyword('Retrying'),
} as const;

/** Name and server type of each attribute, as the server's registration expects them. */
export const searchAttributeTypes = {
  Model: 'Keyword',
  Stage: 'Keyword',
  Gate: 'Keyword',
  ApprovalState: 'Keyword',
  ApproverRole: 'Keyword',
  DueAt: 'Datetime',
  Backend: 'Keyword',
  SpecDigest: 'Keyword',
  Retrying: 'Keyword',
} as const satisfies Record<keyof typeof SearchAttribute, 'Keyword' | 'Datetime'>;
