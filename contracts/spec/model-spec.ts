import { z } from 'zod';
import { ArtifactRef } from '../artifacts.js';
import { mapOf } from '../bounded.js';
import { ModelName } from '../ids.js';
import { problemTypes } from '../problems/index.js';
import { ApprovalSpec } from './approval.js';
import { Charter } from './charter.js';
import { Data, Features, Split } from './data.js';
import { EvaluationSection } from './evaluation.js';
import { MonitoringSection, RetrainingSpec } from './monitoring.js';
import { ReleaseSpec } from './release.js';
import { Training } from './training.js';

const ModelFile = z.strictObject({
  apiVersion: z.literal('mainspring/v1').describe('Version of this file format.'),
  model: ModelName.describe('Name of the model; starts every id that belongs to it.'),
  charter: Charter.describe('The purpose of the model and its owners; recorded first.'),
  data: Data.describe('Sources, cleaning, label and checks.'),
  features: Features.describe('Features: from clean rows to the inputs of the model.'),
  split: Split.describe('A time-ordered split that ends at the lifecycle’s asOf.'),
  training: Training.describe('The trainer, its search and its budget of retries.'),
  evaluation: EvaluationSection.describe('How the engine judges the candidate.'),
  approval: ApprovalSpec.describe('The votes that a release needs.'),
  release: ReleaseSpec.prefault({}).describe('How the candidate comes to live traffic.'),
  monitoring: MonitoringSection.prefault({}).describe('How the served model is watched.'),
  retraining: RetrainingSpec.describe('When the model is trained again, and on which rows.'),
});
/** Fills in the defaults that depend on the problem type, so that a packed spec is complete. */
function withDefaults({ evaluation, monitoring, ...rest }: z.output<typeof ModelFile>) {
  const { defaultMetrics, defaultQuality } = problemTypes[rest.charter.problem];
  return {
    ...rest,
    evaluation: { ...evaluation, metrics: evaluation.metrics ?? [...defaultMetrics] },
    monitoring: {
      ...monitoring,
      quality: {
        metric: monitoring.quality.metric ?? defaultQuality.metric,
        dropsBy: monitoring.quality.dropsBy ?? defaultQuality.dropsBy,
      },
    },
  };
}

/** One declared model, all of it. Immutable; known by the digest of its packed form. */
export const ModelSpec = ModelFile.transform(withDefaults);
export type ModelSpec = z.infer<typeof ModelSpec>;
export type ModelSpecInput = z.input<typeof ModelSpec>;

/** The spec in TypeScript: the same schema, checked by the compiler while it is written. */
export const defineModel = (spec: ModelSpecInput): ModelSpecInput => spec;

/** A spec with everything that it names, content-addressed: enough to run the model anywhere. */
export const PackedSpec = z.strictObject({
  spec: ModelSpec,
  sql: mapOf(z.string(), z.string(), 100, 'Path as written in the spec → text of the SQL file.'),
  code: ArtifactRef,
  environment: ArtifactRef,
  sources: mapOf(z.string(), ArtifactRef, 100, 'Name of the source → its content.'),
});
export type PackedSpec = z.infer<typeof PackedSpec>;
