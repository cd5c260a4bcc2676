import type { FailureType as Register } from '../../../contracts/failures.js';

/**
 * Stands in for contracts/failures.ts in the bundled wrapper: the register pulls in Temporal and zod, and every trial
 * would pay for loading them.
 */
export const FailureType = {
  ArtifactMissing: 'ArtifactMissing',
  ArtifactCorrupt: 'ArtifactCorrupt',
} as const satisfies Partial<typeof Register>;

export const fail = (type: string, message: string): Error =>
  Object.assign(new Error(message), { type, nonRetryable: true });
