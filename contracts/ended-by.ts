import type { CancelRequest } from './lifecycle.js';

/** How people can end a run. */
export type EndedAs = 'cancelled' | 'failed';

const WORDS: Record<EndedAs, string> = { cancelled: 'cancelled', failed: 'ended as failed' };

/** The reason of a run that a person ended. The reaper reads it where the lifecycle was terminated and left no outcome. */
export const endedBy = (outcome: EndedAs, { by, reason }: CancelRequest): string =>
  `${WORDS[outcome]} by ${by}: ${reason}`;

export const isEndedAsFailed = (reason: string): boolean => reason.startsWith(`${WORDS.failed} by `);
