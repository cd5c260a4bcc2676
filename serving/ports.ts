import type { ArtifactRef } from '../contracts/artifacts.js';
import type { GatewayReport, RouteTable } from '../contracts/release.js';

/** Desired routes of all models. */
export interface RouteSource {
  current(): Promise<RouteTable[]>;
}

/** Where the gateway says what it observes; the sink's clock is what liveness is judged by. */
export interface ReportSink {
  write(reports: readonly Omit<GatewayReport, 'at'>[]): Promise<void>;
  /** The gateway stops: nobody shall wait for it. */
  forget(gateway: string): Promise<void>;
}

export interface Label {
  inferenceId: string;
  label: number;
  labelAt: Date;
}

export interface LabelStore {
  /** Committed when it returns; the newest label of an inference wins. */
  save(model: string, labels: readonly Label[]): Promise<void>;
}

export interface Segment {
  model: string;
  artifact: ArtifactRef;
  rows: number;
  /** Of event time. */
  firstAt: Date;
  lastAt: Date;
}

export interface SegmentStore {
  /** Idempotent by (model, digest). */
  register(segment: Segment): Promise<void>;
}

export interface Artifacts {
  /** Path of a local copy that survives restarts; needs no network when it is there. */
  fetch(ref: ArtifactRef): Promise<string>;
  putFile(path: string, mediaType: string): Promise<ArtifactRef>;
}

export interface LoadedModel {
  score(features: Float32Array, rows: number): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface ModelLoader {
  load(path: string, name: string, width: number): Promise<LoadedModel>;
}

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
