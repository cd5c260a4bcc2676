import { LARGEST_FLOAT32 } from '../../contracts/primitives/float32.js';
import { type FeatureValue, type SignatureInput, fitsOneTensor, misfit } from '../../contracts/signature.js';
import { type FeatureBatch, newColumn, setValue } from '../../contracts/feature-batch.js';

/** How a loaded model takes the features of a request. */
export interface Layout {
  inputs: readonly SignatureInput[];
  /** Names of the inputs, in the model's order. */
  names: readonly string[];
  /** True if the model takes one float32 tensor of all features; false if it takes a tensor for each feature. */
  dense: boolean;
  /** True if a request may send all features as one tensor, because no input is a text. */
  oneTensor: boolean;
  /** True if every value may be any number or null, so that values need no check against a type. */
  plain: boolean;
}

/** @param dense true if the loaded model takes one tensor of all features */
export const layoutOf = (inputs: readonly SignatureInput[], dense: boolean): Layout => ({
  inputs,
  names: inputs.map(({ name }) => name),
  dense,
  oneTensor: fitsOneTensor(inputs),
  plain: dense && inputs.every(({ type, nullable }) => type === 'float32' && nullable),
});

/**
 * The reason why a value cannot be fed to an input; undefined if it can. A model of one tensor takes all values as
 * float32.
 */
export function refusalOf(input: SignatureInput, value: FeatureValue, dense: boolean): string | undefined {
  const wrong = misfit(input, value);
  if (wrong !== undefined || typeof value !== 'number') return wrong;
  const { name, type } = input;
  if (!Number.isFinite(value)) return `${name} is ${value}, expected a number of at most ±1.8e308`;
  if ((dense || type === 'float32') && !Number.isFinite(Math.fround(value)))
    return `${name} is ${value}, expected a 32-bit float, at most ±${LARGEST_FLOAT32.toPrecision(3)}`;
  return undefined;
}

/** @param values row-major; each was checked against its input */
export function batchOf(
  { inputs, dense }: Layout,
  values: readonly FeatureValue[],
  rows: number,
): FeatureBatch {
  if (dense) {
    const all = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) all[i] = asNumber(values[i] ?? null);
    return { rows, dense: all };
  }
  const width = inputs.length;
  return {
    rows,
    columns: inputs.map((input, at) => {
      const column = newColumn(input, rows);
      for (let row = 0; row < rows; row++) setValue(column, row, values[row * width + at] ?? null);
      return column;
    }),
  };
}

const asNumber = (value: FeatureValue): number => (value === null ? NaN : Number(value));

/** True if a batch of one model can be fed to the other model unchanged. */
export const sameLayout = (one: Layout, other: Layout): boolean =>
  one === other ||
  (one.dense === other.dense &&
    one.inputs.length === other.inputs.length &&
    one.inputs.every((input, at) => {
      const same = other.inputs[at];
      return (
        same?.name === input.name &&
        (one.dense || (same.type === input.type && same.nullable === input.nullable))
      );
    }));

/**
 * How the request log shows a row that was sent for one model and answered by another: the other's features, in its order
 * and of its types.
 *
 * @returns undefined when a row of both reads the same
 */
export function relaid(
  from: Layout,
  to: Layout,
): ((row: readonly FeatureValue[]) => FeatureValue[]) | undefined {
  const same = ({ name, type }: SignatureInput, at: number): boolean =>
    from.inputs[at]?.name === name && from.inputs[at].type === type;
  if (from.inputs.length === to.inputs.length && to.inputs.every(same)) return undefined;
  const places = to.inputs.map((input) => ({ input, place: from.names.indexOf(input.name) }));
  return (row) => places.map(({ input, place }) => convert(row[place] ?? null, input));
}

/**
 * Reorder the rows of one model for another model, matching features by name.
 *
 * @param values row-major, in the order of `from`
 * @throws Error if a feature is missing or a value does not fit
 */
export function translate(
  values: readonly FeatureValue[],
  rows: number,
  { from, to }: { from: Layout; to: Layout },
): FeatureBatch {
  const indices = to.inputs.map(({ name }) => from.names.indexOf(name));
  const width = from.inputs.length;
  const translated = new Array<FeatureValue>(rows * to.inputs.length);
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (const [column, input] of to.inputs.entries()) {
      const index = indices[column] ?? -1;
      if (index < 0) throw new Error(`feature ${input.name} is not among the features of the request`);
      const value = convert(values[row * width + index] ?? null, input);
      const refusal = refusalOf(input, value, to.dense);
      if (refusal !== undefined) throw new Error(refusal);
      translated[at++] = value;
    }
  return batchOf(to, translated, rows);
}

/**
 * Convert a value to the type of an input: 0 and 1 to a boolean, or a boolean to 0 or 1. Versions without a signature
 * take booleans as 0 and 1.
 */
export function convert(value: FeatureValue, { type }: SignatureInput): FeatureValue {
  if (type === 'bool') return value === 1 ? true : value === 0 ? false : value;
  return typeof value === 'boolean' && type !== 'string' ? Number(value) : value;
}
