import { createHash } from 'node:crypto';
import type { ArtifactRef, Table } from '../../contracts/artifacts.js';
import type { DataPipelineResult, ValidationResult } from '../../contracts/data.js';
import type { EvaluationResult } from '../../contracts/evaluation.js';
import { type ModelSpecInput, ModelSpec, type PackedSpec } from '../../contracts/spec/model-spec.js';
import type { TrainingJobResult } from '../../contracts/training.js';

/** Small, valid values of the large contracts, for tests whose result does not depend on the values. */

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

export const anArtifact = (name: string, mediaType = 'application/octet-stream'): ArtifactRef => ({
  uri: `s3://test/blobs/${sha(name).slice(0, 2)}/${sha(name)}`,
  sha256: sha(name),
  bytes: name.length,
  mediaType,
});

export const january = { from: '2001-01-01T00:00:00.000Z', to: '2001-02-01T00:00:00.000Z' };

export const aTable = (name: string, rows = 100): Table => ({
  artifact: anArtifact(name),
  rows,
  columns: { x: 'FLOAT', label: 'INTEGER' },
  range: january,
});

export const specInput: ModelSpecInput = {
  apiVersion: 'mainspring/v1',
  model: 'tiny',
  charter: {
    goal: 'Tell at the gate whether the flight will be late.',
    problem: 'binary-classification',
    success: { metric: 'roc_auc', atLeast: 0.7 },
    owners: { 'business-stakeholder': ['maya'], 'ml-engineer': ['tomas'] },
  },
  data: {
    sources: { events: { parquet: 'events.parquet', time: 'ts' } },
    clean: 'clean.sql',
    label: { column: 'label', availableAt: 'label_ts' },
    id: 'id',
    time: 'ts',
    unit: 'day',
  },
  features: { sql: 'features.sql', set: ['x'] },
  split: { by: 'time', train: '24d', validation: '4d', test: '7d' },
  training: {
    code: 'trainer',
    command: ['python', 'train.py'],
    environment: 'requirements.lock',
    search: {
      trials: 2,
      parallel: 2,
      objective: { metric: 'log_loss', goal: 'minimize' },
      space: { rounds: { int: [1, 5] } },
    },
  },
  evaluation: { gates: [{ name: 'good enough', metric: 'roc_auc', atLeast: 0.7 }] },
  approval: { quorum: { 'business-stakeholder': 1, 'ml-engineer': 1 } },
  monitoring: { clock: 'event' },
  retraining: { trainOn: { last: '56d' } },
};

export const aPackedSpec = (change: Partial<ModelSpecInput> = {}): PackedSpec => ({
  spec: ModelSpec.parse({ ...specInput, ...change }),
  sql: { 'clean.sql': 'select * from events', 'features.sql': 'select * from clean' },
  code: anArtifact('code'),
  environment: anArtifact('environment'),
  sources: { events: anArtifact('events') },
});

export const aValidation = (passed = true): ValidationResult => ({
  passed,
  rows: 100,
  checks: [],
  report: anArtifact('validation-report'),
  failingRows: null,
});

export const aDataResult = (): DataPipelineResult => ({
  windows: {
    asOf: january.to,
    read: january,
    rows: january,
    train: { from: january.from, to: '2001-01-25T00:00:00.000Z' },
    validation: { from: '2001-01-21T00:00:00.000Z', to: '2001-01-25T00:00:00.000Z' },
    test: { from: '2001-01-25T00:00:00.000Z', to: january.to },
  },
  snapshots: { events: aTable('snapshot') },
  raw: aValidation(),
  clean: aTable('clean'),
  features: aTable('features'),
  checked: aValidation(),
  split: {
    train: aTable('train', 80),
    search: aTable('search', 60),
    validation: aTable('validation', 20),
    test: aTable('test', 20),
    baseRate: 0.2,
  },
});

export const aJobResult = (intent: string): TrainingJobResult => ({
  intent,
  jobKey: `ms-${sha(intent).slice(0, 20)}-a1`,
  attempt: 1,
  metrics: { log_loss: 0.4 },
  model: anArtifact(`model of ${intent}`, 'application/onnx'),
  spend: { wallSeconds: 2, cpuSeconds: 2, gpuSeconds: 0 },
});

export const anEvaluation = (rocAuc = 0.77): EvaluationResult => ({
  evidence: {
    model: 'tiny',
    run: 'r-1',
    candidate: { version: null, model: anArtifact('model', 'application/onnx') },
    champion: null,
    window: { from: '2001-01-25T00:00:00.000Z', to: january.to },
    rows: 20,
    units: 7,
    baseRate: 0.2,
    metrics: { candidate: { roc_auc: rocAuc, log_loss: 0.4, calibration_error: 0.005 }, champion: null },
    intervals: { roc_auc: { low: rocAuc - 0.01, high: rocAuc + 0.01 } },
    paired: [],
    slices: [],
    latencyP99Ms: 0.1,
  },
  evidenceDigest: sha(`evidence ${rocAuc}`),
  evidenceArtifact: anArtifact('evidence'),
  report: anArtifact('report', 'text/html'),
  scores: anArtifact('scores'),
  golden: anArtifact('golden'),
  reference: anArtifact('reference'),
});
