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
  apiVersion: z.literal('mainspring/v1').describe('Version of this file format.'),
  model: ModelName.describe('Name of the model; starts every id that belongs to it.'),
  charter: Charter.describe('Why the model exists and who answers for it; recorded first.'),
  data: Data.describe('Sources, cleaning, label and checks.'),
  features: Features.describe('From clean rows to what the model sees.'),
  split: Split.describe('A time-ordered split that ends at the lifecycle’s asOf.'),
  training: Training.describe('The trainer, its search and its budget of retries.'),
  evaluation: EvaluationSpec.describe('How the engine judges the candidate.'),
  approval: ApprovalSpec.describe('Who must say yes before a release.'),
  release: ReleaseSpec.prefault({}).describe('How the candidate comes to live traffic.'),
  monitoring: MonitoringSpec.prefault({}).describe('How the served model is watched.'),
  retraining: RetrainingSpec.describe('When and on what it is trained again.'),
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
