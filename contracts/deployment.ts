import { z } from 'zod';
import { ModelName, RunId } from './ids.js';
import { CanaryEvidence, ReleaseResult, RouteTable } from './release.js';

/** Identifies the release. Its workflow id `release` is the idempotency key of everything that it writes. */
const Releasing = {
  release: z.string().min(1),
  model: ModelName,
  run: RunId,
  version: z.int().positive(),
};

export const ReadRoutesInput = z.object({ model: ModelName });
export type ReadRoutesInput = z.infer<typeof ReadRoutesInput>;

/** The routes to set after `expectedGeneration`, which is 0 if the model has no routes yet. */
export const SetRoutesInput = z.object({
  ...Releasing,
  expectedGeneration: z.int().nonnegative(),
  table: RouteTable.omit({ generation: true }),
  reason: z.string(),
});
export type SetRoutesInput = z.infer<typeof SetRoutesInput>;

export const AwaitObservedInput = z.object({
  model: ModelName,
  generation: z.int().positive(),
  /** The state that the caller knows. The answer comes when the state is another one. */
  known: z.string(),
  /** Longest wait for news, in milliseconds. */
  patienceMs: z.int().nonnegative(),
});
export type AwaitObservedInput = z.infer<typeof AwaitObservedInput>;

export const Observation = z.object({
  /**
   * `observed`: every live gateway serves it. `refused`: a gateway cannot serve it. `waiting`: not all serve it
   * yet. `unreachable`: no gateway is alive.
   */
  state: z.enum(['observed', 'refused', 'waiting', 'unreachable']),
  why: z.string(),
});
export type Observation = z.infer<typeof Observation>;

export const WatchCanaryInput = z.object({
  model: ModelName,
  version: z.int().positive(),
  /** Reports about older generations are ignored. */
  generation: z.int().positive(),
  /** Answer at once when the arm has this many requests … */
  wantedRequests: z.int().nonnegative(),
  /** … or more errors than these … */
  knownErrors: z.int().nonnegative(),
  /** … or after this many milliseconds. */
  patienceMs: z.int().nonnegative(),
});
export type WatchCanaryInput = z.infer<typeof WatchCanaryInput>;

export const PromoteInput = z.object({
  ...Releasing,
  expectedGeneration: z.int().positive(),
  reason: z.string(),
  evidence: CanaryEvidence.nullable(),
});
export type PromoteInput = z.infer<typeof PromoteInput>;

export const RollBackInput = z.object({
  ...Releasing,
  reason: z.string(),
  evidence: CanaryEvidence.nullable(),
});
export type RollBackInput = z.infer<typeof RollBackInput>;

/** The end of a release in the database, which is authoritative. */
export const ReleaseEnd = ReleaseResult.pick({ outcome: true, generation: true });
export type ReleaseEnd = z.infer<typeof ReleaseEnd>;
