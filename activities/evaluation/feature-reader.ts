import { type FeatureBatch, type FeatureColumn, newColumn, setValue } from '../../contracts/feature-batch.js';
import type { FeatureType, FeatureValue, SignatureInput } from '../../contracts/signature.js';
import { quoted } from '../../contracts/sql-text.js';
import { asFloat32 } from '../drift/float32.js';
import type { LoadedModel } from '../ports/scorer.js';
import type { SqlChunk } from '../ports/sql-engine.js';

const CAST: Record<FeatureType, string> = {
  float32: 'float',
  float64: 'double',
  int64: 'bigint',
  bool: 'boolean',
  string: 'varchar',
};

/**
 * SQL of a feature's value as its model takes it. A missing value of a model that takes none is 0 or false: a champion that
 * never saw one is compared all the same.
 */
export function featureSql({ name, type, nullable }: SignatureInput, isDense: boolean): string {
  if ((isDense && type !== 'bool') || type === 'float32') return asFloat32(quoted(name));
  const value = `${quoted(name)}::${isDense ? 'float' : CAST[type]}`;
  if (nullable || isDense || (type !== 'int64' && type !== 'bool')) return value;
  return `coalesce(${value}, ${type === 'bool' ? 'false' : '0'})`;
}

/** Collects rows of a stream into one batch for a model. */
export interface BatchBuilder {
  /** Copy the features of a chunk, whose columns begin at `firstColumn`, into the batch from row `start` on. */
  fill(chunk: SqlChunk, firstColumn: number, start: number): void;
  /** The batch of the first `rows` rows. */
  batch(rows: number): FeatureBatch;
}

/** Builds batches of one float32 matrix. */
function denseBuilder(width: number, capacity: number): BatchBuilder {
  const dense = new Float32Array(capacity * width);
  return {
    fill: (chunk, firstColumn, start) => {
      for (let feature = 0; feature < width; feature += 1)
        for (let row = 0; row < chunk.rows; row += 1)
          dense[(start + row) * width + feature] =
            (chunk.value(firstColumn + feature, row) as number | null) ?? NaN;
    },
    batch: (rows) => ({ rows, dense: dense.subarray(0, rows * width) }),
  };
}

/** Builds batches of one array for each feature, of the feature's own type. */
function columnBuilder(inputs: readonly SignatureInput[], capacity: number): BatchBuilder {
  const columns = inputs.map((input) => newColumn(input, capacity));
  const first = (column: FeatureColumn, rows: number): FeatureColumn =>
    Array.isArray(column) ? column.slice(0, rows) : column.subarray(0, rows);
  return {
    fill: (chunk, firstColumn, start) =>
      columns.forEach((column, feature) => {
        for (let row = 0; row < chunk.rows; row += 1)
          setValue(column, start + row, chunk.value(firstColumn + feature, row) as FeatureValue | bigint);
      }),
    batch: (rows) => ({ rows, columns: columns.map((column) => first(column, rows)) }),
  };
}

const batchBuilder = (inputs: readonly SignatureInput[], isDense: boolean, capacity: number): BatchBuilder =>
  isDense ? denseBuilder(inputs.length, capacity) : columnBuilder(inputs, capacity);

/** The features of one model: their SQL, and batches of them. */
export interface Feed {
  takes: LoadedModel['takes'];
  sql: string[];
  builder: (capacity: number) => BatchBuilder;
}

export function feedOf({ takes }: Pick<LoadedModel, 'takes'>, inputs: readonly SignatureInput[]): Feed {
  const isDense = takes === 'matrix';
  return {
    takes,
    sql: inputs.map((input) => featureSql(input, isDense)),
    builder: (capacity) => batchBuilder(inputs, isDense, capacity),
  };
}

/** Whether a batch of one model can be fed to the other as it is. */
export const sameFeed = (one: Feed, other: Feed): boolean =>
  one.takes === other.takes && String(one.sql) === String(other.sql);
