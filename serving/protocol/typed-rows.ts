import { MAX_FEATURE_TEXT, NO_CONTROL } from '../../contracts/feature-text.js';
import type { FeatureType, FeatureValue, SignatureInput } from '../../contracts/signature.js';
import { type Layout, convert, refusalOf } from '../features/layout.js';
import { badRequest } from '../request-error.js';
import { shown } from './shown.js';
import { charactersIn, isFeatureText, isTooLong } from './storable.js';
import { type InputTensor, matchByName, matrixShape, mustBeNumbers } from './tensor.js';

/** The protocol's datatype for each type of a signature. */
export const DATATYPE: Record<FeatureType, string> = {
  float32: 'FP32',
  float64: 'FP64',
  int64: 'INT64',
  bool: 'BOOL',
  string: 'BYTES',
};

/**
 * True when a tensor of this datatype may feed the input. Numbers and booleans may come in any datatype but `BYTES`: a client
 * that sent a boolean as 0 or 1 to a version without types goes on working.
 */
const accepts = ({ type }: SignatureInput, datatype: string): boolean =>
  (type === 'string') === (datatype === 'BYTES');

interface TypedRows {
  rows: number;
  values: FeatureValue[];
}

/** @throws RequestError 400 with the feature, the row, the value and the allowed values */
function checked(value: unknown, input: SignatureInput, row: number, dense: boolean): FeatureValue {
  const refusal =
    typeof value === 'object' && value !== null
      ? `${input.name} is ${shown(value)}, expected one value a row`
      : refusalOf(input, value as FeatureValue, dense);
  if (refusal !== undefined) throw badRequest(`row ${row}: ${refusal}`);
  if (typeof value === 'string' && (isTooLong(value) || !isFeatureText(value)))
    throw badRequest(
      `row ${row}: ${input.name} is a text of ${charactersIn(value)} characters that begins ${JSON.stringify(value.slice(0, 50))}, expected at most ${MAX_FEATURE_TEXT}, all of Unicode and ${NO_CONTROL}`,
    );
  return value as FeatureValue;
}

/** Reads typed rows from one tensor of all features, in which a boolean feature is 0, 1, true or false. */
export function typedFromMatrix(tensor: InputTensor, { names, inputs, dense }: Layout): TypedRows {
  const { rows, width } = matrixShape(tensor, names);
  mustBeNumbers(tensor, (at) => ({
    feature: names[at % width] ?? tensor.name,
    row: Math.floor(at / width),
  }));
  const values = tensor.data.map((value, i) => {
    const input = inputs[i % width];
    if (!input) throw badRequest(`input ${tensor.name} has more columns than features`);
    return checked(convert(value as FeatureValue, input), input, Math.floor(i / width), dense);
  });
  return { rows, values };
}

/** Reads typed rows from one tensor for each feature. */
export function typedFromColumns(tensors: readonly InputTensor[], layout: Layout): TypedRows {
  const { names, inputs, dense, oneTensor } = layout;
  const { rows, matched } = matchByName(tensors, names, oneTensor);
  const width = inputs.length;
  const values = new Array<FeatureValue>(rows * width);
  inputs.forEach((input, column) => {
    const tensor = matched[column];
    const { type } = input;
    if (!tensor || !accepts(input, tensor.datatype))
      throw badRequest(
        `input ${input.name} has datatype ${tensor?.datatype ?? 'none'}, expected ${DATATYPE[type]}: its type is ${type}`,
      );
    for (let row = 0; row < rows; row++)
      values[row * width + column] = checked(
        convert(tensor.data[row] as FeatureValue, input),
        input,
        row,
        dense,
      );
    if (type !== 'string') mustBeNumbers(tensor, (row) => ({ feature: input.name, row }));
  });
  return { rows, values };
}
