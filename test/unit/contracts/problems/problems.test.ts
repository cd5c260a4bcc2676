import { describe, expect, it } from 'vitest';
import { metricNamed } from '../../../../contracts/metrics/compare.js';
import {
  BINARY,
  type Problem,
  ProblemName,
  type ProblemType,
  problemOf,
  problemType,
  problemTypes,
  signatureOf,
} from '../../../../contracts/problems/index.js';

const spec = (problem: ProblemName, classes?: string[], quantiles?: number[]) => ({
  charter: { problem },
  data: { label: { classes } },
  training: { quantiles },
});
const FRUIT: Problem = { type: 'multiclass-classification', classes: ['apple', 'pear', 'plum'] };
const PRICE: Problem = { type: 'regression', quantiles: [0.1, 0.9] };

describe('a problem', () => {
  it('follows from the charter, the classes and the quantiles of a spec', () => {
    expect(problemOf(spec('binary-classification'))).toEqual(BINARY);
    expect(problemOf(spec('multiclass-classification', ['apple', 'pear', 'plum']))).toEqual(FRUIT);
    expect(problemOf(spec('regression', undefined, [0.1, 0.9]))).toEqual(PRICE);
    expect(problemOf(spec('regression'))).toEqual({ type: 'regression' });
  });

  it('of several classes is refused without their list', () => {
    expect(() => problemOf(spec('multiclass-classification'))).toThrow(/data\.label\.classes is missing/);
  });

  it('says what a trainer must export', () => {
    const inputs = [{ name: 'x', type: 'string', nullable: false } as const];
    expect(signatureOf(inputs, BINARY).outputs).toEqual([
      { name: 'probabilities', type: 'float32', width: 2 },
    ]);
    expect(signatureOf(inputs, FRUIT).outputs).toEqual([
      { name: 'probabilities', type: 'float32', width: 3 },
    ]);
    expect(signatureOf(inputs, PRICE).outputs).toEqual([
      { name: 'prediction', type: 'float32', width: 1 },
      { name: 'quantiles', type: 'float32', width: 2 },
    ]);
  });

  it('takes its prediction from the raw outputs', () => {
    const read = (problem: Problem, outputs: Record<string, number[]>) =>
      Array.from(
        problemType(problem).predictionOf(
          Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, { data, dims: [] }])),
          2,
          problem,
        ),
      );

    expect(read(BINARY, { probabilities: [0.75, 0.25, 0.5, 0.5] })).toEqual([0.25, 0.5]);
    expect(read(FRUIT, { probabilities: [1, 0, 0, 0, 0.5, 0.5] })).toEqual([1, 0, 0, 0, 0.5, 0.5]);
    expect(read(PRICE, { prediction: [5, 6], quantiles: [4, 7, 5, 8] })).toEqual([5, 4, 7, 6, 5, 8]);
    expect(read({ type: 'regression' }, { prediction: [5, 6] })).toEqual([5, 6]);
  });

  it('answers through the gateway with what an application can use', () => {
    const answer = (problem: Problem, values: number[]) =>
      problemType(problem).answer(Float32Array.from(values), 2, problem);

    expect(answer(BINARY, [0.25, 0.5])).toEqual([
      { name: 'probability', datatype: 'FP32', shape: [2], data: [0.25, 0.5] },
    ]);
    expect(answer(FRUIT, [0.5, 0.25, 0.25, 0, 0.25, 0.75])).toEqual([
      { name: 'probabilities', datatype: 'FP32', shape: [2, 3], data: [0.5, 0.25, 0.25, 0, 0.25, 0.75] },
      { name: 'class', datatype: 'BYTES', shape: [2], data: ['apple', 'plum'] },
    ]);
    expect(answer(PRICE, [5, 4, 7, 6, 5, 8])).toEqual([
      { name: 'prediction', datatype: 'FP32', shape: [2], data: [5, 6] },
      { name: 'quantiles', datatype: 'FP32', shape: [2, 2], data: [4, 7, 5, 8] },
    ]);
  });

  it('keeps one number a row in the request log, and the whole prediction where that is more', () => {
    const logged = (problem: Problem, row: number[]) =>
      problemType(problem).logged(Float32Array.from(row), problem);

    expect(logged(BINARY, [0.25])).toEqual({ score: 0.25 });
    expect(logged(FRUIT, [0.25, 0.5, 0.25])).toEqual({ score: 0.5, outputs: [0.25, 0.5, 0.25] });
    expect(logged(PRICE, [5, 4, 7])).toEqual({ score: 5, outputs: [5, 4, 7] });
    expect(logged({ type: 'regression' }, [5])).toEqual({ score: 5 });
  });

  it('reads labels of its own domain and no others', () => {
    const parse = (problem: Problem, label: string | number) =>
      problemType(problem).labels.parse(label, problem);

    expect([parse(BINARY, 1), parse(BINARY, 2), parse(BINARY, 'yes')]).toEqual([1, undefined, undefined]);
    expect([parse(FRUIT, 'pear'), parse(FRUIT, 2), parse(FRUIT, 3), parse(FRUIT, 'kiwi')]).toEqual([
      1,
      2,
      undefined,
      undefined,
    ]);
    const grades: Problem = { type: 'multiclass-classification', classes: ['3', '2', '1'] };
    expect([parse(grades, 3), parse(grades, '3'), parse(grades, 1), parse(grades, 0)]).toEqual([
      0,
      0,
      2,
      undefined,
    ]);
    expect([parse(PRICE, -2.5), parse(PRICE, NaN), parse(PRICE, '7')]).toEqual([-2.5, undefined, undefined]);
  });

  it('scales the golden tolerance of a regression with its predictions', () => {
    const { goldenTolerance } = problemType(PRICE);
    expect(goldenTolerance(Float32Array.of(0.1, -0.2))).toBeCloseTo(2e-6, 12);
    expect(goldenTolerance(Float32Array.of(3e-6, 1e-6))).toBeLessThan(1e-10);
    expect(goldenTolerance(Float32Array.of(0, 0))).toBeGreaterThan(0);
    expect(goldenTolerance(Float32Array.of())).toBeLessThan(1e-30);
    expect(goldenTolerance(Float32Array.of(0.1, -2_000_000))).toBeCloseTo(20, 6);
  });

  it.each(ProblemName.options)('has default metrics that apply: %s', (name) => {
    const { defaultMetrics, defaultQuality } = problemTypes[name];
    for (const metric of [...defaultMetrics, defaultQuality.metric])
      expect(metricNamed(metric).problems).toContain(name);
  });

  it('that is declared without a module does not compile', () => {
    type Complete = Record<ProblemName, Pick<ProblemType<Problem>, 'title'>>;
    const regression = { title: 'regression' };
    // @ts-expect-error multiclass-classification is missing
    const incomplete: Complete = { 'binary-classification': { title: '' }, regression };
    expect(Object.keys(incomplete)).not.toContain('multiclass-classification');
  });
});
