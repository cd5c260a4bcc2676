import type { ArtifactRef } from '../contracts/artifacts.js';
import type { FeatureBatch } from '../contracts/feature-batch.js';
import type { Problem } from '../contracts/problems/index.js';
import type { GatewayReport, RouteTable } from '../contracts/release.js';
import type { Signature } from '../contracts/signature.js';

/** Reads the desired routes of all models. */
export interface RouteSource {
  current(): Promise<RouteTable[]>;
}

/** Stores the reports of gateways. Whether a gateway is alive is decided by the clock of the store. */
export interface ReportSink {
  write(reports: readonly Omit<GatewayReport, 'at'>[]): Promise<void>;
  /** Remove the reports of a gateway that stops, so that no release waits for it. */
  forget(gateway: string): Promise<void>;
}

export interface Label {
  inferenceId: string;
  label: number;
  labelAt: Date;
}

export interface LabelStore {
  /** Store labels. They are committed when the promise resolves. The newest label of an inference is kept. */
  save(model: string, labels: readonly Label[]): Promise<void>;
}

export interface Segment {
  model: string;
  artifact: ArtifactRef;
  rows: number;
  /** Event time of the first row. */
  firstAt: Date;
  lastAt: Date;
}

export interface SegmentStore {
  /** Record a segment. Idempotent by (model, digest). */
  register(segment: Segment): Promise<void>;
}

export interface Artifacts {
  /** Path of a local copy. The copy survives restarts, and an existing copy needs no network. */
  fetch(ref: ArtifactRef): Promise<string>;
  putFile(path: string, mediaType: string): Promise<ArtifactRef>;
}

export interface LoadedModel {
  /** `matrix`: the model takes one float32 tensor of all features. `columns`: it takes a tensor for each feature. */
  readonly takes: 'matrix' | 'columns';
  /** Predictions, row-major. The problem determines the columns of a row. */
  score(batch: FeatureBatch): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface ModelLoader {
  load(path: string, name: string, shape: { signature: Signature; problem: Problem }): Promise<LoadedModel>;
}

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
