import type { FeatureValue } from '../../contracts/signature.js';
import type { TypedModel } from './support.js';

/** The models of fixtures/make-typed-models.py, as training registers them. */

export const CLASSES = ['Adelie', 'Chinstrap', 'Gentoo'];

const penguin = (n: number): FeatureValue[] => [
  3 + (n % 5) / 2,
  1 + (n % 3),
  n % 2 === 0,
  ['Biscoe', 'Dream', 'Torgersen'][n % 3] ?? '',
];
const home = (n: number): FeatureValue[] => [
  50 + 10 * (n % 9),
  1 + (n % 5),
  n % 2 === 0,
  n % 3 === 0 ? 'Bonn' : 'Aachen',
];
const golden = (row: (n: number) => FeatureValue[]): FeatureValue[][] =>
  Array.from({ length: 6 }, (_, n) => row(n));

export const species = (
  file: 'species' | 'species-better' | 'species-fragile',
  classes = CLASSES,
): TypedModel => ({
  file,
  problem: { type: 'multiclass-classification', classes },
  inputs: [
    { name: 'mass', type: 'float32', nullable: true },
    { name: 'clutch', type: 'int64', nullable: false },
    { name: 'adult', type: 'bool', nullable: false },
    { name: 'island', type: 'string', nullable: false },
  ],
  goldenRows: golden(penguin),
});

export const price = (file: 'price' | 'price-better' | 'price-far'): TypedModel => ({
  file,
  problem: { type: 'regression', quantiles: [0.1, 0.9] },
  inputs: [
    { name: 'area', type: 'float64', nullable: true },
    { name: 'rooms', type: 'int64', nullable: false },
    { name: 'garden', type: 'bool', nullable: false },
    { name: 'town', type: 'string', nullable: false },
  ],
  goldenRows: golden(home),
});

const DATATYPE = { float32: 'FP32', float64: 'FP64', int64: 'INT64', bool: 'BOOL', string: 'BYTES' } as const;

/** A request with one tensor for each feature. */
export const request = (
  { inputs }: TypedModel,
  id: string,
  rows: FeatureValue[][],
  parameters: object = {},
) => ({
  id,
  parameters,
  inputs: inputs.map(({ name, type }, column) => ({
    name,
    datatype: DATATYPE[type],
    shape: [rows.length, 1],
    data: rows.map((row) => row[column] ?? null),
  })),
});
export const aPenguin = (n: number, parameters: object = {}) =>
  request(species('species'), `p-${n}`, [penguin(n)], parameters);
export const aHome = (n: number) => request(price('price'), `h-${n}`, [home(n)]);
export const penguins = (from: number, to: number): FeatureValue[][] =>
  Array.from({ length: to - from }, (_, n) => penguin(from + n));
