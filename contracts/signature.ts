import { z } from 'zod';

/** Types of a model's inputs and outputs. */
export const FeatureType = z.enum(['float32', 'float64', 'int64', 'bool', 'string']);
export type FeatureType = z.infer<typeof FeatureType>;

/** One feature as a model takes it, in the order of `features.set`. */
export const SignatureInput = z.object({
  name: z.string().min(1),
  type: FeatureType,
  /** True when the value may be missing. Floats are always nullable (NaN); a missing string is the empty text. */
  nullable: z.boolean(),
});
export type SignatureInput = z.infer<typeof SignatureInput>;

/** One output as the ONNX model gives it. */
export const SignatureOutput = z.object({
  name: z.string().min(1),
  type: FeatureType,
  /** Columns a row. */
  width: z.int().positive(),
});
export type SignatureOutput = z.infer<typeof SignatureOutput>;

/** Named, typed inputs and outputs of a model version. */
export const Signature = z.object({
  inputs: z.array(SignatureInput).min(1),
  outputs: z.array(SignatureOutput).min(1),
});
export type Signature = z.infer<typeof Signature>;

/** A feature's value in JSON. An int64 travels as a number and must be a safe integer. */
export const FeatureValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export type FeatureValue = z.infer<typeof FeatureValue>;

/** The outputs of a binary classifier: what every model had before signatures were recorded. */
const BINARY_OUTPUTS: SignatureOutput[] = [{ name: 'probabilities', type: 'float32', width: 2 }];

/** The signature of a message or version that carries none: nullable float32 inputs, a binary classifier's output. */
export const numericSignature = (names: readonly string[]): Signature => ({
  inputs: names.map((name) => ({ name, type: 'float32', nullable: true })),
  outputs: BINARY_OUTPUTS,
});

/** True when the model may take the single tensor `features: float32[rows, width]`: no input is a string. */
export const fitsOneTensor = (inputs: readonly SignatureInput[]): boolean =>
  inputs.every((input) => input.type !== 'string');

/** True when every input is a float: what each model took before signatures were recorded. */
export const isAllFloats = (inputs: readonly SignatureInput[]): boolean =>
  inputs.every(({ type }) => type === 'float32' || type === 'float64');

const INTEGERS = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT)|U?INT\d*|U?HUGEINT)$/;

/**
 * The feature type of a DuckDB column type.
 *
 * @returns undefined for a type that no model takes; the SQL must cast it
 */
export function featureTypeOf(sqlType: string): FeatureType | undefined {
  const type = sqlType.toUpperCase();
  if (type === 'FLOAT') return 'float32';
  if (type === 'DOUBLE' || /^DECIMAL(\(.*\))?$/.test(type)) return 'float64';
  if (INTEGERS.test(type)) return 'int64';
  if (type === 'BOOLEAN') return 'bool';
  if (type === 'VARCHAR' || /^ENUM(\(.*\))?$/.test(type)) return 'string';
  return undefined;
}

const EXPECTED: Record<FeatureType, string> = {
  float32: 'a number',
  float64: 'a number',
  int64: 'a whole number of at most 2^53 − 1',
  bool: 'true or false',
  string: 'a text',
};

const FITS: Record<FeatureType, (value: FeatureValue) => boolean> = {
  float32: (value) => typeof value === 'number',
  float64: (value) => typeof value === 'number',
  int64: Number.isSafeInteger,
  bool: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
};

/**
 * Why a value cannot be fed to an input, in words.
 *
 * @returns undefined when the value fits
 */
export function misfit({ name, type, nullable }: SignatureInput, value: FeatureValue): string | undefined {
  if (value === null)
    return nullable || type === 'string' ? undefined : `${name} is null, expected ${EXPECTED[type]}`;
  if (FITS[type](value)) return undefined;
  return `${name} is ${JSON.stringify(value)}, expected ${EXPECTED[type]}${nullable ? ' or null' : ''}`;
}
