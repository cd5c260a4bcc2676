import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { MetricName } from '../../contracts/metrics/index.js';
import type { ModelSpecInput } from '../../contracts/spec/model-spec.js';
import type { Example, ExampleResult } from '../../examples/example.js';
import { trafficOf as questionsOf, runExample } from '../../examples/life.js';
import { type Traffic, askGateway, sendLabels } from '../../examples/traffic.js';
import { openServices } from '../../infra/open-services.js';
import { example as maxTemperature } from '../../examples/max-temperature/example.js';
import { example as weatherKind } from '../../examples/weather-kind/example.js';
import { type ScikitLearn, installScikitLearn } from '../support/scikit-learn/scikit-learn.js';
import { type TinyStack, openTinyStack } from '../support/tiny-stack.js';
import { until } from '../support/until.js';

const days = fileURLToPath(new URL('../../node_modules/vega-datasets/data/weather.csv', import.meta.url));

/** Below the limit of the hook, so that a failure says where the examples stand. */
const EXAMPLES_MS = 540_000;

let tiny: TinyStack;
let scikitLearn: ScikitLearn;
let results: { kind: ExampleResult; temperature: ExampleResult };

beforeAll(async () => {
  tiny = await openTinyStack('examples');
  const { config, site } = tiny;
  const told: string[] = [];
  const signal = AbortSignal.timeout(EXAMPLES_MS);
  const options = { yes: true, weeks: 0, sample: 1 };
  const live = (example: Example) =>
    runExample(example, { config, options, signal, print: (line) => told.push(line) }).catch(
      (error: unknown) => {
        throw new Error(`an example did not come to its end; they told:\n${told.join('\n')}`, {
          cause: error,
        });
      },
    );
  const [kind, temperature, installed] = await Promise.all([
    live(weatherKind),
    live(maxTemperature),
    installScikitLearn(join(site.dataDir, 'scikit-learn')),
  ]);
  scikitLearn = installed;
  results = { kind, temperature };
}, 600_000);
afterAll(() => tiny?.close(), 120_000);

/** The evaluation of a model's first run: its metrics, and a local copy of the recorded scores. */
async function evaluationOf(model: string) {
  const services = openServices(tiny.config);
  try {
    const { views } = await services.records();
    const evaluation = await views.evaluation(model, 'life-1');
    if (!evaluation) throw new Error(`${model}/life-1 has no evaluation`);
    const { artifacts } = await services.storage();
    const { metrics } = evaluation.evidence;
    return { metrics: metrics.candidate, scores: await artifacts.fetch(evaluation.scores) };
  } finally {
    await services.close();
  }
}

async function expectEqualMetrics(model: string, problem: string, quantiles?: number[]): Promise<void> {
  const { metrics, scores } = await evaluationOf(model);
  const reference = await scikitLearn.metrics(scores, problem, quantiles);

  for (const [name, value] of Object.entries(reference))
    expect(Math.abs((metrics[name as MetricName] ?? NaN) - value), name).toBeLessThan(1e-9);
  expect(Object.keys(reference)).toHaveLength(quantiles ? 6 : 5);
}

/** A copy of an example in which every model is poor, with another change. */
async function poorModelFile(
  { modelFile }: Example,
  change: (spec: ModelSpecInput) => void = () => undefined,
): Promise<string> {
  const folder = join(tiny.site.dataDir, 'poor', basename(dirname(modelFile)));
  await cp(dirname(modelFile), folder, { recursive: true, dereference: true });
  const file = join(folder, 'model.yaml');
  const spec = parse(await readFile(file, 'utf8')) as ModelSpecInput;
  const { code } = spec.training;
  await cp(join(dirname(modelFile), code), join(folder, code), { recursive: true, dereference: true });
  spec.data.sources = { weather: { csv: days, time: 'date' } };
  Object.assign(spec.training.search, { trials: 1, space: { rounds: { int: [1, 2] } } });
  change(spec);
  await writeFile(file, stringify(spec));
  return file;
}

const start = (file: string, { asOf }: Example, run: string) =>
  tiny.mainspring.lifecycles.start(file, { by: 'tester', asOf, run });

/** Rows of a span of time as applications would ask about them. */
async function trafficOf(example: Example, span: { from: string; to: string }): Promise<Traffic> {
  const { spec } = await tiny.mainspring.specs.check(example.modelFile);
  if (!spec) throw new Error(`${example.modelFile} is not valid`);
  return questionsOf(tiny.mainspring, spec, span);
}

describe('the multiclass example', { timeout: 600_000 }, () => {
  it('is promoted, and the gateway answers a row with strings by a class and its probabilities', () => {
    const { kind } = results;

    expect(kind).toMatchObject({ run: 'life-1', model: 'weather-kind', version: 1, alias: 'champion' });
    expect(kind['class']).toMatch(/^(drizzle|fog|rain|snow|sun)$/);
    expect(kind['probabilities']).toHaveLength(5);
    const sum = (kind['probabilities'] as number[]).reduce((total, p) => total + p, 0);
    expect(sum).toBeCloseTo(1, 5);
  });

  it('has the metrics that scikit-learn computes from the recorded scores', () =>
    expectEqualMetrics('weather-kind', 'multiclass-classification'));

  it('refuses a worse candidate by its gate, and the champion stays', async () => {
    await start(await poorModelFile(weatherKind), weatherKind, 'poor');
    const { outcome, outcomeReason } = await tiny.ends('weather-kind/poor');

    expect(outcome).toBe('refused');
    // The reason has both metrics, and the interval of their difference.
    expect(outcomeReason).toMatch(
      /gate "better than champion": .*log.loss.*\d\.\d+.*\[[-−+]?\d\.\d+, [-−+]?\d\.\d+\]/i,
    );
    const { versions } = await tiny.mainspring.models.get('weather-kind');
    expect(versions.map(({ version, aliases }) => ({ version, aliases }))).toEqual([
      { version: 1, aliases: ['champion'] },
    ]);
    expect(await tiny.leftovers('weather-kind', 'poor')).toEqual({ open: [], failedTasks: [] });
  });

  it('tells the drift of a string feature, and names its new value', async () => {
    const span = { from: '2015-07-30', to: '2015-08-27' };
    const { features, questions } = await trafficOf(weatherKind, span);
    const location = features.findIndex(({ name }) => name === 'location');
    const moved = questions.map((question) => ({
      ...question,
      values: question.values.map((value, at) =>
        at === location && value === 'New York' ? 'Boston' : value,
      ),
    }));
    const { gateway } = tiny.config;
    const { signal } = new AbortController();
    await askGateway(gateway.url, 'weather-kind', { features, questions: moved }, signal);
    await sendLabels(gateway.url, 'weather-kind', { features, questions: moved }, signal);
    await tiny.mainspring.monitors.observe('weather-kind', { watermark: '2015-08-29T00:00:00Z' });

    const window = await until(async () => {
      const { windows } = await tiny.mainspring.monitors.get('weather-kind', { limit: 10 });
      return windows.find(({ values }) => values?.['location']);
    });
    expect(window.exceeded).toContain('location');
    expect(window.values?.['location']).toMatchObject({ new: [{ value: 'Boston' }] });
  });
});

describe('the regression example', { timeout: 600_000 }, () => {
  it('is promoted, and the gateway answers a row with strings by a number between its quantiles', () => {
    const { temperature } = results;
    const [low = NaN, median = NaN, high = NaN] = temperature['quantiles'] as number[];

    expect(temperature).toMatchObject({ model: 'max-temperature', version: 1, alias: 'champion' });
    expect(temperature['prediction']).toBeGreaterThan(15);
    expect(temperature['prediction']).toBeLessThan(45);
    expect([low, median, high]).toEqual([low, median, high].toSorted((a, b) => a - b));
  });

  it('has the metrics that scikit-learn computes from the recorded scores', () =>
    expectEqualMetrics('max-temperature', 'regression', [0.1, 0.5, 0.9]));

  it('rolls a candidate back whose predictions shift in the canary, and the champion goes on', async () => {
    const file = await poorModelFile(maxTemperature, (spec) => {
      const measured = { name: 'measured', metric: 'mae', atMost: 100 } as const;
      Object.assign(spec.evaluation, { gates: [measured] });
      Object.assign(spec.charter, { success: { metric: 'mae', atMost: 100 } });
    });
    await start(file, maxTemperature, 'shifts');
    const traffic = await trafficOf(maxTemperature, { from: '2015-07-02', to: '2015-12-25' });
    const ending = tiny.ends('max-temperature/shifts');
    let isOver = false;
    void ending.finally(() => (isOver = true));
    const { signal } = new AbortController();
    while (!isOver) await askGateway(tiny.config.gateway.url, 'max-temperature', traffic, signal);

    const { outcome, outcomeReason } = await ending;
    expect(outcome).toBe('rolled-back');
    expect(outcomeReason).toMatch(/score/);
    const { versions } = await tiny.mainspring.models.get('max-temperature');
    const champion = versions.filter(({ aliases }) => aliases.includes('champion'));
    expect(champion.map(({ version }) => version)).toEqual([1]);
  });
});
