import fc from 'fast-check';
import protobuf from 'protobufjs';

/** The part of the ONNX format that the models of this attack need. */
const SCHEMA = `syntax = "proto3";
message Entry { string key = 1; string value = 2; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; repeated int64 int64_data = 7; string name = 8; repeated Entry external_data = 13; int32 data_location = 14; }
message Attribute { string name = 1; float f = 2; int64 i = 3; Tensor t = 5; repeated int64 ints = 8; int32 type = 20; }
message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; repeated Attribute attribute = 5; }
message Dim { int64 dim_value = 1; string dim_param = 2; }
message Shape { repeated Dim dim = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Type { TensorType tensor_type = 1; }
message Value { string name = 1; Type type = 2; }
message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12; }
message Opset { string domain = 1; int64 version = 2; }
message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Opset opset_import = 8; }`;
const Model = protobuf.parse(SCHEMA).root.lookupType('Model');

const [FLOAT, INT64] = [1, 7];
const [OF_FLOAT, OF_INT, OF_TENSOR, OF_INTS] = [1, 2, 4, 7];

const floats = (name: string, dims: number[], values: number[]) => ({
  name,
  dims,
  dataType: FLOAT,
  floatData: values,
});
const longs = (name: string, values: number[]) => ({
  name,
  dims: [values.length],
  dataType: INT64,
  int64Data: values,
});

/** One step of a model: an operator on the values so far, with what else it needs. */
interface Step {
  op: string;
  attribute?: object[];
  /** Constants after the values. */
  constants?: (name: string) => object[];
  /** True if the values are given twice. */
  twice?: boolean;
}

const int = (name: string, i: number) => ({ name, i, type: OF_INT });
const ints = (name: string, values: number[]) => ({ name, ints: values, type: OF_INTS });
const alone = (...ops: string[]): Step[] => ops.map((op) => ({ op }));

const STEPS: Step[] = [
  ...alone(
    'Relu',
    'Tanh',
    'Sigmoid',
    'Exp',
    'Log',
    'Neg',
    'Sqrt',
    'Reciprocal',
    'Identity',
    'Dropout',
    'Nonsense',
  ),
  ...['Add', 'Mul', 'Div', 'Pow'].flatMap((op): Step[] =>
    [0, 1e30, -1].map((value) => ({ op, constants: (name) => [floats(name, [1], [value])] })),
  ),
  { op: 'Softmax', attribute: [int('axis', 0)] },
  { op: 'Softmax', attribute: [int('axis', 7)] },
  { op: 'Transpose' },
  { op: 'ReduceMean', attribute: [ints('axes', [0]), int('keepdims', 1)] },
  { op: 'Concat', attribute: [int('axis', 0)], twice: true },
  { op: 'Concat', attribute: [int('axis', 1)], twice: true },
  { op: 'Reshape', constants: (name) => [longs(name, [-1])] },
  { op: 'Reshape', constants: (name) => [longs(name, [7, 7])] },
  { op: 'Expand', constants: (name) => [longs(name, [100_000, 1, 1])] },
  { op: 'Expand', constants: (name) => [longs(name, [100_000_000, 1, 1])] },
  { op: 'Tile', constants: (name) => [longs(name, [1, 1_000_000_000])] },
  { op: 'Cast', attribute: [int('to', INT64)] },
  { op: 'Cast', attribute: [int('to', FLOAT)] },
  { op: 'RandomUniformLike', attribute: [{ name: 'high', f: 1, type: OF_FLOAT }] },
  { op: 'MatMul', constants: (name) => [floats(name, [2, 2], [1, -1, 0.5, 2])] },
  { op: 'MatMul', constants: (name) => [floats(name, [3, 2], [1, 1, 1, 1, 1, 1])] },
  {
    op: 'MatMul',
    constants: (name) => [
      {
        name,
        dims: [2, 2],
        dataType: FLOAT,
        externalData: [{ key: 'location', value: '../../etc/passwd' }],
        dataLocation: 1,
      },
    ],
  },
  {
    op: 'BatchNormalization',
    constants: (name) =>
      ['scale', 'bias', 'mean', 'var'].map((part) => floats(`${name}.${part}`, [2], [1, 1])),
    attribute: [int('training_mode', 1)],
  },
  { op: 'ConstantOfShape', attribute: [{ name: 'value', t: floats('', [1], [1]), type: OF_TENSOR }] },
];

const value = (name: string, dims: object[]) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: dims } } },
});

/** A binary classifier of two features whose values go through these steps. */
function modelOf(steps: readonly Step[], output: string, opset: number): Uint8Array {
  const initializer: object[] = [];
  const node = steps.map((step, at) => {
    const before = at === 0 ? 'features' : `v${at - 1}`;
    const constants = step.constants?.(`c${at}`) ?? [];
    initializer.push(...constants);
    return {
      opType: step.op,
      input: [
        before,
        ...(step.twice ? [before] : []),
        ...constants.map((one) => (one as { name: string }).name),
      ],
      output: [`v${at}`],
      attribute: step.attribute ?? [],
    };
  });
  node.push({
    opType: 'Softmax',
    input: [steps.length === 0 ? 'features' : `v${steps.length - 1}`],
    output: [output],
    attribute: [int('axis', 1)],
  });
  const rows = { dimParam: 'N' };
  const two = { dimValue: 2 };
  return Model.encode(
    Model.fromObject({
      irVersion: 8,
      producerName: 'abuse',
      opsetImport: [{ domain: '', version: opset }],
      graph: {
        name: 'g',
        node,
        initializer,
        input: [value('features', [rows, two])],
        output: [value(output, [rows, two])],
      },
    }),
  ).finish();
}

/** Models of up to four odd steps, of which some have a byte turned over or are cut. */
export const onnxModels: fc.Arbitrary<Uint8Array> = fc
  .record({
    steps: fc.array(fc.constantFrom(...STEPS), { maxLength: 4 }),
    output: fc.constantFrom('probabilities', 'probabilities', 'probabilities', 'label', ''),
    opset: fc.oneof(
      { weight: 8, arbitrary: fc.constant(13) },
      { weight: 1, arbitrary: fc.constantFrom(15, 1, 999) },
    ),
    flips: fc.oneof(
      { weight: 7, arbitrary: fc.constant<number[]>([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
      },
    ),
    kept: fc.oneof(
      { weight: 9, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(0.9, 0.5, 0) },
    ),
  })
  .map(({ steps, output, opset, flips, kept }) => {
    const bytes = modelOf(steps, output, opset);
    for (const at of flips) {
      const index = Math.min(bytes.length - 1, Math.floor(at * bytes.length));
      bytes[index] = (bytes[index] ?? 0) ^ 0x55;
    }
    return bytes.subarray(0, Math.floor(kept * bytes.length));
  });
