import { fileURLToPath } from 'node:url';

/** Path of a tiny ONNX model made by `make.py` beside this file. */
export const modelFile = (
  name:
    | 'good'
    | 'blunt'
    | 'three-features'
    | 'other-output'
    | 'other-input'
    | 'nan'
    | 'margins'
    | 'typed'
    | 'regression'
    | 'loop'
    | 'batch-norm',
): string => fileURLToPath(new URL(`./${name}.onnx`, import.meta.url));
