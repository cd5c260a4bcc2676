import { z } from 'zod';
import { ArtifactRef } from '../artifacts.js';
import { ModelName } from '../ids.js';
import { ApprovalSpec } from './approval.js';
import { Charter } from './charter.js';
import { Data, Features, Split } from './data.js';
import { EvaluationSpec } from './evaluation.js';
import { MonitoringSpec, RetrainingSpec } from './monitoring.js';
import { ReleaseSpec } from './release.js';
import { Training } from './training.js';

/** One declared model, all of it. Immutable; known by the digest of its packed form. */
export const ModelSpec = z.strictObject({
  apiVersion: z.literal('mainspring/v1'),
  model: ModelName,
  charter: Charter,
  data: Data,
  features: Features,
  split: Split,
  training: Training,
  evaluation: EvaluationSpec,
  approval: ApprovalSpec,
  release: ReleaseSpec.prefault({}),
  monitoring: MonitoringSpec.prefault({}),
  retraining: RetrainingSpec,
});
export type ModelSpec = z.infer<typeof ModelSpec>;
export type ModelSpecInput = z.input<typeof ModelSpec>;

/** The spec in TypeScript: the same schema, checked by the compiler while it is written. */
export const defineModel = (spec: ModelSpecInput): ModelSpecInput => spec;

/** A spec with everything that it names, content-addressed: enough to run the model anywhere. */
export const PackedSpec = z.strictObject({
  spec: ModelSpec,
  /** Path as written in the spec → text of the SQL file. */
  sql: z.record(z.string(), z.string()),
  code: ArtifactRef,
  environment: ArtifactRef,
  sources: z.record(z.string(), ArtifactRef),
});
export type PackedSpec = z.infer<typeof PackedSpec>;
