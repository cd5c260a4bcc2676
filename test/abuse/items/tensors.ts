import fc from 'fast-check';
import { type Json, nastyText } from './nasty.js';

/** Parameters that a good request may have. */
const someParameters: fc.Arbitrary<Json> = fc.record(
  {
    entity: fc.constantFrom<Json>('e-1', null),
    event_time: fc.constantFrom<Json>('2001-04-03T10:00:00Z', null, '2001-04-03T10:00:00+02:00'),
    inference_ids: fc.constantFrom<Json>(['a'], ['a', 'b'], null),
    entities: fc.constantFrom<Json>(['x'], ['x', 'y'], null),
    event_times: fc.constantFrom<Json>(['2001-04-03T10:00:00Z'], null),
    binary_data_output: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Most requests have none: a list of a wrong length is refused before the rest is looked at. */
const parameters = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Json>({}) },
  { weight: 1, arbitrary: someParameters },
);

/** Good requests of one to three rows: all features in one tensor, or a tensor for each. */
export function requests(
  inputs: readonly { name: string; datatype: string; value: (n: number) => Json }[],
  oneTensor: boolean,
): fc.Arbitrary<Json> {
  return fc
    .record({
      rows: fc.integer({ min: 1, max: 3 }),
      id: fc.oneof({ weight: 5, arbitrary: fc.constant('r-1') }, { weight: 1, arbitrary: nastyText }),
      parameters,
      matrix: fc.boolean(),
    })
    .map(({ rows, id, parameters: own, matrix }) => {
      const numbers = Array.from({ length: rows }, (_, row) => row);
      return {
        id,
        parameters: own,
        inputs:
          matrix && oneTensor
            ? [
                {
                  name: 'features',
                  shape: [rows, inputs.length],
                  datatype: 'FP32',
                  data: numbers.flatMap((row) => inputs.map(({ value }) => value(row))),
                },
              ]
            : inputs.map(({ name, datatype, value }) => ({
                name,
                shape: [rows],
                datatype,
                data: numbers.map(value),
              })),
      };
    });
}
