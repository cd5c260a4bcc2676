import { z } from 'zod';
import { ModelName, RunId } from './ids.js';
import { CanaryEvidence, ReleaseResult, RouteTable } from './release.js';

/** Whose release asks: `release` is its workflow id, the idempotency key of all that it writes. */
const Releasing = {
  release: z.string().min(1),
  model: ModelName,
  run: RunId,
  version: z.int().positive(),
};

export const ReadRoutesInput = z.strictObject({ model: ModelName });
export type ReadRoutesInput = z.infer<typeof ReadRoutesInput>;

/** Desired routing after `expectedGeneration`; 0 when the model has no routes yet. */
export const SetRoutesInput = z.strictObject({
  ...Releasing,
  expectedGeneration: z.int().nonnegative(),
  table: RouteTable.omit({ generation: true }),
  reason: z.string(),
});
export type SetRoutesInput = z.infer<typeof SetRoutesInput>;

export const AwaitObservedInput = z.strictObject({
  model: ModelName,
  generation: z.int().positive(),
  /** What the caller knows already: the answer comes when there is something else to say. */
  known: z.string(),
  /** Longest wait for news, milliseconds. */
  patienceMs: z.int().nonnegative(),
});
export type AwaitObservedInput = z.infer<typeof AwaitObservedInput>;

export const Observation = z.strictObject({
  /** `observed`: every live gateway serves it. `refused`: one cannot. `waiting`: not all yet. `unreachable`: none is alive. */
  state: z.enum(['observed', 'refused', 'waiting', 'unreachable']),
  why: z.string(),
});
export type Observation = z.infer<typeof Observation>;

export const WatchCanaryInput = z.strictObject({
  model: ModelName,
  version: z.int().positive(),
  /** Reports older than this generation speak of something else. */
  generation: z.int().positive(),
  /** Answer at once when the arm has this many requests … */
  wantedRequests: z.int().nonnegative(),
  /** … or more errors than these … */
  knownErrors: z.int().nonnegative(),
  /** … or after this many milliseconds. */
  patienceMs: z.int().nonnegative(),
});
export type WatchCanaryInput = z.infer<typeof WatchCanaryInput>;

export const PromoteInput = z.strictObject({
  ...Releasing,
  expectedGeneration: z.int().positive(),
  reason: z.string(),
  evidence: CanaryEvidence.nullable(),
});
export type PromoteInput = z.infer<typeof PromoteInput>;

export const RollBackInput = z.strictObject({
  ...Releasing,
  reason: z.string(),
  evidence: CanaryEvidence.nullable(),
});
export type RollBackInput = z.infer<typeof RollBackInput>;

/** How a release stands in the database, which has the last word. */
export const ReleaseEnd = ReleaseResult.pick({ outcome: true, generation: true });
export type ReleaseEnd = z.infer<typeof ReleaseEnd>;
