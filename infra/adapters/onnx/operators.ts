import { Reader } from 'protobufjs/minimal.js';

/** Kind of a field that has a length, in a protocol buffer. */
const WITH_LENGTH = 2;

/** The fields of a protocol buffer: their numbers, and their bytes if they have a length. */
function* fieldsOf(bytes: Uint8Array): Generator<{ field: number; content: Uint8Array | undefined }> {
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const key = reader.uint32();
    const [field, kind] = [key >>> 3, key & 7];
    const content = kind === WITH_LENGTH ? reader.bytes() : undefined;
    if (!content) reader.skipType(kind);
    yield { field, content };
  }
}

/** Field numbers of onnx.proto: ModelProto.graph and functions, GraphProto.node, NodeProto, AttributeProto. */
const MODEL = { graph: 7, functions: 25 };
const GRAPH = { node: 1 };
const NODE = { operator: 4, attribute: 5 };
const ATTRIBUTE = { graph: 6, graphs: 11 };

/**
 * The names of all operators of an ONNX file. A part that is itself a graph or a function is named `subgraph`.
 *
 * @throws RangeError, Error if the file is no protocol buffer
 */
export function operatorsOf(model: Buffer): Set<string> {
  const found = new Set<string>();
  for (const { field, content } of fieldsOf(model)) {
    if (field === MODEL.functions) found.add('subgraph');
    if (field !== MODEL.graph || !content) continue;
    for (const node of fieldsOf(content))
      if (node.field === GRAPH.node && node.content) readNode(node.content, found);
  }
  return found;
}

function readNode(node: Uint8Array, found: Set<string>): void {
  for (const { field, content } of fieldsOf(node)) {
    if (!content) continue;
    if (field === NODE.operator) found.add(Buffer.from(content).toString());
    if (field !== NODE.attribute) continue;
    for (const part of fieldsOf(content))
      if (part.content && (part.field === ATTRIBUTE.graph || part.field === ATTRIBUTE.graphs))
        found.add('subgraph');
  }
}

/** Operators whose work is bounded by the sizes of their inputs. `Loop` and `Range`, for example, go by values. */
const BOUNDED = new Set(
  [
    'Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization Cast CastLike Ceil Clip',
    'Concat Constant Conv Cos Cosh CumSum Div Dropout Elu Equal Erf Exp Flatten Floor Gather GatherElements GatherND Gelu',
    'Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual HardSigmoid HardSwish Identity InstanceNormalization',
    'IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax MatMul Max MaxPool Mean Min Mish Mod Mul',
    'Neg Not Or PRelu Pow Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin',
    'ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round ScatterElements ScatterND Selu Shape Sigmoid Sign Sin Sinh',
    'Size Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Tan Tanh ThresholdedRelu TopK Transpose Unsqueeze',
    'Where Xor ArrayFeatureExtractor Binarizer CategoryMapper FeatureVectorizer Imputer LabelEncoder LinearClassifier',
    'LinearRegressor Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsemble TreeEnsembleClassifier',
    'TreeEnsembleRegressor ZipMap',
  ].flatMap((line) => line.split(' ')),
);

/** True when every run of the model ends: no operator repeats work as often as a value says. */
export function alwaysEnds(model: Buffer): boolean {
  try {
    const operators = operatorsOf(model);
    return operators.size > 0 && [...operators].every((operator) => BOUNDED.has(operator));
  } catch {
    return false;
  }
}
