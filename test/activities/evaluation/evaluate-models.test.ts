import { DuckDBInstance } from '@duckdb/node-api';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvaluationActivities } from '../../../activities/evaluation/index.js';
import type { ModelShape, Scorer } from '../../../activities/ports/scorer.js';
import { digestOf } from '../../../contracts/digest.js';
import {
  type EvaluationInput,
  type EvaluationResult,
  GoldenRequests,
  ReferenceProfile,
} from '../../../contracts/evaluation.js';
import { batchOf } from '../../../contracts/feature-batch.js';
import { BINARY } from '../../../contracts/problems/index.js';
import { numericSignature } from '../../../contracts/signature.js';
import { modelFile } from '../../support/models/model-file.js';
import { type Scenario, openScenario } from './scenario.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario();
});
afterAll(() => scenario.close());

const evaluate = (input: EvaluationInput, deps = scenario.deps): Promise<EvaluationResult> =>
  new MockActivityEnvironment().run(createEvaluationActivities(deps).evaluateModels, input);

/** The model `good` gives no prediction for a missing feature, so most tests use rows without missing values. */
const complete = 'from rows where x2 is not null';
const input = async (change: Parameters<Scenario['input']>[0] = {}): Promise<EvaluationInput> =>
  scenario.input({ test: await scenario.table(complete), ...change });

describe('evaluateModels', () => {
  it('finds the better model better, on the same rows, with an interval over days', async () => {
    const { evidence } = await evaluate(await input());

    expect(evidence).toMatchObject({ rows: 5_938, units: 10, unit: 'day' });
    expect(evidence.metrics.candidate.log_loss).toBeLessThan(evidence.metrics.champion!.log_loss!);
    const paired = evidence.paired.find((one) => one.metric === 'log_loss' && one.confidence === 0.9);
    expect(paired).toMatchObject({ unitsWon: 1 });
    expect(paired!.high).toBeLessThan(0);
    expect(evidence.slices.map((slice) => [slice.value, slice.rows > 2_000])).toEqual([
      ['high', true],
      ['low', true],
    ]);
  });

  it('leaves scores, golden requests, a reference profile and a report that hold together', async () => {
    const result = await evaluate(await input());
    const json = async (ref: EvaluationResult['golden']) =>
      JSON.parse((await scenario.artifacts.read(ref)).toString()) as unknown;

    expect(result.evidenceDigest).toBe(digestOf(result.evidence));
    expect(await json(result.evidenceArtifact)).toEqual(result.evidence);

    const golden = GoldenRequests.parse(await json(result.golden));
    const shape = { signature: numericSignature(golden.features), problem: BINARY };
    const model = await scenario.deps.scorer.load(modelFile('good'), 'served', shape);
    const again = await model.score(batchOf(golden.rows, shape.signature));
    await model.release();
    golden.scores.forEach((score, row) =>
      expect(Math.abs(again[row]! - score)).toBeLessThan(golden.tolerance),
    );
    expect(Math.max(...golden.rows.map((row) => Number(row[0])))).toBe(2);
    expect(Math.min(...golden.rows.map((row) => Number(row[0])))).toBe(-2);

    const reference = ReferenceProfile.parse(await json(result.reference));
    expect(reference.columns.map((column) => column.column)).toEqual(['x1', 'x2']);
    const numeric = [...reference.columns, reference.score].filter((column) => 'edges' in column);
    expect(numeric).toHaveLength(3);
    for (const { shares, edges } of numeric) {
      expect(shares).toHaveLength(edges.length + 2);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    expect(numeric[1]!.shares.at(-1)).toBeCloseTo(62 / 6_000, 9); // the bin of missing values

    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const scores = await duckdb.run(
      `select count(*)::int, count(distinct id)::int, sum(label)::int, count(champion)::int from read_parquet('${await scenario.artifacts.fetch(result.scores)}')`,
    );
    const positives = Math.round(result.evidence.baseRate * 5_938);
    expect((await scores.getRowsJS())[0]).toEqual([5_938, 5_938, positives, 5_938]);
    duckdb.closeSync();

    const report = (await scenario.artifacts.read(result.report)).toString();
    expect(report).toContain('should this candidate replace version 1?');
    expect(report).toContain('The candidate is <b>better</b>');
    expect(report).not.toMatch(/NaN|undefined|<script/);
  });

  it('returns the recorded result for the same input, and works again when an object of it is gone', async () => {
    const request = await input({ run: 'run-2' });
    const first = await evaluate(request);
    const refusing = { ...scenario.deps, scorer: { load: () => Promise.reject(new Error('scored again')) } };

    expect(await evaluate(request, refusing)).toEqual(first);

    const forgetful = {
      ...refusing,
      artifacts: {
        ...scenario.artifacts,
        exists: async (ref: { sha256: string }) => ref.sha256 !== first.report.sha256,
      },
    };
    await expect(evaluate(request, forgetful)).rejects.toThrow('scored again');
  });

  it('needs no champion', async () => {
    const { evidence, report } = await evaluate(await input({ champion: null, run: 'run-3' }));

    expect(evidence.metrics.champion).toBeNull();
    expect(evidence.paired).toEqual([]);
    expect((await scenario.artifacts.read(report)).toString()).toContain('no champion yet');
  });

  it('scores a champion by its own features, in their order, when those of the candidate are others', async () => {
    const before = await evaluate(await input({ run: 'run-order-1', model: 'good' }));
    const good = before.evidence.metrics.candidate.log_loss ?? NaN;
    const request = await input({ run: 'run-order-2', model: 'good', features: ['x2', 'x1'] });
    const registry = {
      shapeOf: async () => ({ problem: BINARY, signature: numericSignature(['x1', 'x2']) }),
    };
    const { evidence } = await evaluate(
      { ...request, champion: { version: 1, model: request.candidate.model } },
      { ...scenario.deps, registry },
    );
    expect(evidence.metrics.champion?.log_loss).toBeCloseTo(good, 9);
    expect(evidence.metrics.candidate.log_loss).toBeGreaterThan(good + 0.01);
  });

  it.each<[string, ModelShape, string, string]>([
    [
      'answers another problem',
      {
        problem: { type: 'regression' },
        signature: numericSignature(['x1', 'x2']),
      },
      'its champion, version 1, answers {"type":"regression"}',
      'another model name',
    ],
    [
      'takes a feature that the table lacks',
      { problem: BINARY, signature: numericSignature(['x1', 'gone']) },
      'the test table has no column gone, which the champion takes',
      'features.slices',
    ],
    [
      'takes a text where the table has numbers',
      {
        problem: BINARY,
        signature: { ...numericSignature(['x1']), inputs: [{ name: 'x2', type: 'string', nullable: false }] },
      },
      'column x2 of the test table is DOUBLE, and the champion takes it as string',
      'features.slices',
    ],
  ])('refuses to compare with a champion that %s', async (what, shape, message, remedy) => {
    const registry = { shapeOf: async () => shape };
    const load: Scorer['load'] = (path, name) =>
      scenario.deps.scorer.load(path, name, {
        problem: BINARY,
        signature: numericSignature(['x1', 'x2']),
      });
    const champion = { version: 1, model: (await input()).candidate.model };
    await expect(
      evaluate(await input({ run: `run-${what.length}`, champion }), {
        ...scenario.deps,
        registry,
        scorer: { load },
      }),
    ).rejects.toMatchObject({
      type: 'EvaluationImpossible',
      message: expect.stringContaining(message) as string,
      remedy: expect.stringContaining(remedy) as string,
    });
  });

  it('stops between batches when it is cancelled', async () => {
    const environment = new MockActivityEnvironment();
    const { evaluateModels } = createEvaluationActivities({
      ...scenario.deps,
      scorer: {
        load: async (...given) => {
          const model = await scenario.deps.scorer.load(...given);
          environment.cancel('CANCELLED');
          return model;
        },
      },
    });

    const request = await input({ run: 'run-4' });
    await expect(environment.run(evaluateModels, request)).rejects.toMatchObject({
      name: 'CancelledFailure',
    });
  });
});

describe('evaluateModels refuses, with what it found and the remedy', () => {
  it.each([
    [
      'nan',
      /the candidate gave \d+ of 5938 predictions that are impossible \(the first is NaN\), expected a probability from 0 to 1$/,
    ],
    ['margins', /impossible \(the first is -?\d/],
    ['three-features', /expected one input features: float32\[rows, 2\]/],
    ['other-output', /expected an output probabilities/],
  ] as const)('a model that is not usable: %s', async (model, message) => {
    await expect(evaluate(await input({ model }))).rejects.toMatchObject({
      type: 'ModelUnusable',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    [
      'one class only',
      `${complete} and label = 0`,
      /all \d+ labels in the test table are 0, and no model can be judged on one label$/,
    ],
    ['one day only', `${complete} and day = date '2001-01-25'`, /spans 1 unit \(day\).*at least 2/],
    ['a missing feature', 'select * exclude (x2) from rows', /no column x2; it has id, time/],
    ['a missing slice column', `select * exclude (half) from rows`, /no column half/],
    [
      'labels that are not 0 or 1',
      'select * replace (case when id < 5 then 2 else label end as label) from rows',
      /5 of 6000 labels in the test table are not 0 or 1/,
    ],
    [
      'rows without a unit',
      'select * replace (case when id < 5 then null else day end as day) from rows',
      /5 of 6000 rows in the test table have no day/,
    ],
  ])('a test table with %s', async (_, select, message) => {
    const test = await scenario.table(select);

    await expect(evaluate(await input({ test }))).rejects.toMatchObject({
      type: 'EvaluationImpossible',
      message: expect.stringMatching(message) as string,
    });
  });
});
