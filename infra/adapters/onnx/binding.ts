import { FailureType, fail } from '../../../contracts/failures.js';
import { type FeatureType, type SignatureInput, fitsOneTensor } from '../../../contracts/signature.js';
import { type Metadata, fixed, shown } from './metadata.js';

/** The name of the one input of a model that takes all features as a matrix. */
export const MATRIX = 'features';

/** Types of ONNX inputs that a feature can be fed to. A null needs a float, which has NaN. */
export type OnnxType = 'float32' | 'float64' | 'int64' | 'bool' | 'string';

/** How the engine's rows become a model's inputs. */
export type Binding =
  | { kind: 'matrix'; width: number }
  | { kind: 'inputs'; inputs: { name: string; type: OnnxType; isColumn: boolean }[] };

const FLOATS: OnnxType[] = ['float32', 'float64'];
const ACCEPTED: Record<FeatureType, OnnxType[]> = {
  float32: FLOATS,
  float64: ['float64', 'float32'],
  int64: ['int64', ...FLOATS],
  bool: ['bool', ...FLOATS],
  string: ['string'],
};

const acceptedFor = ({ type, nullable }: SignatureInput): OnnxType[] =>
  nullable && (type === 'int64' || type === 'bool') ? FLOATS : ACCEPTED[type];

const unusable = (name: string, message: string, remedy: string) =>
  fail(FailureType.ModelUnusable, `the ${name}’s ONNX model has ${message}`, { remedy });

/**
 * Find how a model takes the features: as one matrix, or as one input a feature.
 *
 * @throws Failure `ModelUnusable` with the feature, what was found, what was expected and the remedy
 */
export function bindingOf(found: Metadata, inputs: readonly SignatureInput[], name: string): Binding {
  const names = new Set(inputs.map((input) => input.name));
  const takesFeatures =
    found.some((input) => names.has(input.name)) && !(found.length === 1 && found[0]?.name === MATRIX);
  return takesFeatures || !fitsOneTensor(inputs)
    ? bindInputs(found, inputs, name)
    : bindMatrix(found, inputs.length, name);
}

function bindMatrix(found: Metadata, width: number, name: string): Binding {
  const [input, ...others] = found;
  const [rows, columns] = input?.isTensor ? input.shape : [];
  const fits =
    others.length === 0 &&
    input?.name === MATRIX &&
    input.isTensor &&
    input.type === 'float32' &&
    (input.shape.length === 0 || input.shape.length === 2) &&
    fixed(rows) === undefined &&
    (fixed(columns) ?? width) === width;
  if (fits) return { kind: 'matrix', width };
  throw unusable(
    name,
    `inputs (${shown(found)}), expected one input ${MATRIX}: float32[rows, ${width}], one column for each of features.set, or one input for each feature with its name`,
    `Export it with initial_types=[('${MATRIX}', FloatTensorType([None, ${width}]))], or correct features.set.`,
  );
}

function bindInputs(found: Metadata, inputs: readonly SignatureInput[], name: string): Binding {
  const wanted = new Set(inputs.map((input) => input.name));
  const unknown = found.find((input) => !wanted.has(input.name));
  if (unknown)
    throw unusable(
      name,
      `an input ${unknown.name} that is no feature (its inputs: ${shown(found)}), expected one input for each of ${[...wanted].join(', ')}`,
      'Name each input as its feature, or add the feature to features.set.',
    );
  return { kind: 'inputs', inputs: inputs.map((input) => bindInput(found, input, name)) };
}

function bindInput(found: Metadata, feature: SignatureInput, name: string) {
  const accepted = acceptedFor(feature);
  const expected = `${accepted.join(' or ')}[rows, 1] for feature ${feature.name} (${feature.type}${feature.nullable ? ', nullable' : ''})`;
  const input = found.find((candidate) => candidate.name === feature.name);
  if (!input)
    throw unusable(
      name,
      `no input ${feature.name} (its inputs: ${shown(found)}), expected ${expected}`,
      'Export one input a feature, named as the feature.',
    );
  const shape = input.isTensor ? input.shape : [];
  const isColumn = shape.length !== 1;
  const fits =
    input.isTensor &&
    (accepted as string[]).includes(input.type) &&
    shape.length <= 2 &&
    fixed(shape[0]) === undefined &&
    (fixed(shape[1]) ?? 1) === 1;
  if (!fits)
    throw unusable(
      name,
      `input ${shown([input])}, expected ${expected}`,
      feature.nullable && feature.type !== 'string'
        ? 'Feed a feature that may be null to a float input, where NaN is the missing value.'
        : 'Export the input with that type, or cast the column in the features’ SQL.',
    );
  return { name: feature.name, type: input.type as OnnxType, isColumn };
}
