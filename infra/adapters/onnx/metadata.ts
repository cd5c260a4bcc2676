import type { InferenceSession } from 'onnxruntime-node';

export type Metadata = readonly InferenceSession.ValueMetadata[];
export type TensorMetadata = Extract<InferenceSession.ValueMetadata, { isTensor: true }>;

/** Inputs or outputs of a model as messages show them: `features: float32[, 3]; …`. */
export const shown = (values: Metadata): string =>
  values
    .map((value) =>
      value.isTensor
        ? `${value.name}: ${value.type}[${value.shape.join(', ')}]`
        : `${value.name}: not a tensor`,
    )
    .join('; ') || 'nothing';

/** A dimension that the model fixes; undefined for one that varies. */
export const fixed = (dimension: number | string | undefined): number | undefined =>
  typeof dimension === 'number' && dimension > 0 ? dimension : undefined;
