import { defineQuery, defineUpdate } from './messages.js';
import { z } from 'zod';
import { ArtifactRef, Instant } from './artifacts.js';
import { text } from './primitives/text.js';
import { RunContext } from './data.js';
import { Problem } from './problems/index.js';
import { Signature } from './signature.js';
import { ReleaseSpec } from './spec/release.js';
import { passedOn, tolerant, typedByPeople } from './wire.js';

/** One version as the gateway loads it. */
export const ServedVersion = passedOn({
  version: z.int().positive(),
  model: ArtifactRef,
  golden: ArtifactRef,
  features: z.array(z.string()).min(1),
  /** Types of the features. Absent: all are float32 and may be missing. */
  signature: Signature.optional(),
  /** Absent: binary classification. */
  problem: Problem.optional(),
});
export type ServedVersion = z.infer<typeof ServedVersion>;

/**
 * Desired routing of one model. A row a generation in Postgres, changed by compare-and-swap on `generation`; gateways
 * follow it and report the generation that they observe.
 */
export const RouteTable = passedOn({
  model: z.string(),
  generation: z.int().positive(),
  champion: ServedVersion.nullable(),
  candidate: ServedVersion.nullable(),
  /** Share of entities that the candidate answers, 0–1, by sticky hash. */
  candidateShare: z.number().min(0).max(1),
  /** Stays the same over generations of one release, so that a ramp only adds entities. */
  salt: z.string(),
});
export type RouteTable = z.infer<typeof RouteTable>;

export const ReleaseInput = z.object({
  ...RunContext.shape,
  candidate: ServedVersion,
  /** Champion that the evidence compares the candidate with; null: there was none. Absent in histories from before. */
  comparedWith: z.int().positive().nullable().optional(),
  spec: tolerant(ReleaseSpec),
});
export type ReleaseInput = z.infer<typeof ReleaseInput>;

/** Report of one gateway on one model; refreshed at least every second. */
export const GatewayReport = z.object({
  gateway: z.string(),
  model: z.string(),
  observedGeneration: z.int().nonnegative(),
  /** Why the newest generation could not be taken, e.g. a golden request that differs; null when all is well. */
  problem: z.string().nullable(),
  /** The generation that was refused for good; null when there is no problem, or when it is still being tried. */
  refusedGeneration: z.int().positive().nullable().default(null),
  arms: z.array(
    z.object({
      version: z.int().positive(),
      arm: z.enum(['champion', 'candidate']),
      /** Inferences (rows) since the arm got its version; the rest likewise. */
      requests: z.int().nonnegative(),
      errors: z.int().nonnegative(),
      latencyP50Ms: z.number(),
      latencyP99Ms: z.number(),
      /** Rows that both versions scored, and their mean score difference, as the guardrail `scoreShift` defines it. */
      compared: z.int().nonnegative(),
      meanAbsoluteDifference: z.number(),
    }),
  ),
  at: Instant,
});
export type GatewayReport = z.infer<typeof GatewayReport>;

/** The candidate's arm over all live gateways: what the guardrails judge. */
export const CanaryEvidence = z.object({
  requests: z.int().nonnegative(),
  errors: z.int().nonnegative(),
  latencyP99Ms: z.number(),
  compared: z.int().nonnegative(),
  meanAbsoluteDifference: z.number(),
});
export type CanaryEvidence = z.infer<typeof CanaryEvidence>;

export const ReleaseResult = z.object({
  outcome: z.enum(['promoted', 'rolled-back']),
  reason: z.string(),
  evidence: CanaryEvidence.nullable(),
  /** Generation of the routes afterwards; 0 if the model never had any. */
  generation: z.int().nonnegative(),
});
export type ReleaseResult = z.infer<typeof ReleaseResult>;

export const ReleaseState = z.object({
  stage: z.enum(['loading', 'warming', 'canary', 'promoting', 'rolling-back', 'promoted', 'rolled-back']),
  paused: z.boolean(),
  share: z.number(),
  evidence: CanaryEvidence.nullable(),
  why: z.string(),
});
export type ReleaseState = z.infer<typeof ReleaseState>;

export const OperatorNote = typedByPeople({ by: text(200), reason: text(500) });
export type OperatorNote = z.infer<typeof OperatorNote>;

export const releaseState = defineQuery<ReleaseState>('state');
export const pauseRelease = defineUpdate<ReleaseState, [OperatorNote]>('pause');
export const resumeRelease = defineUpdate<ReleaseState, [OperatorNote]>('resume');
export const abortRelease = defineUpdate<ReleaseState, [OperatorNote]>('abort');
