import type { Problem } from '../../contracts/problems/index.js';
import type { Signature, SignatureInput } from '../../contracts/signature.js';
import type { LoadedModel } from '../ports/scorer.js';
import type { Coded } from './codes.js';

export interface ScoreInput {
  /** Parquet file with the columns below and `label`. */
  path: string;
  /** Path of the Parquet file that `writeScores` creates. */
  scoresPath: string;
  problem: Problem;
  signature: Pick<Signature, 'inputs'>;
  columns: { id: string; time: string; unit: string };
  slices: readonly string[];
  candidate: LoadedModel;
  champion: LoadedModel | null;
  /** The features as the champion takes them. Default: as the candidate does. */
  championInputs?: readonly SignatureInput[] | undefined;
}

/** Columns of the scored rows, in the order of the table. */
export interface ScoredRows {
  problem: Problem;
  rows: number;
  label: Float64Array;
  /** Predictions, row-major. */
  candidate: Float32Array;
  champion: Float32Array | null;
  /** Number of columns of a prediction. */
  width: number;
  /** Values in order of time. */
  unit: Coded;
  slices: Coded[];
}
