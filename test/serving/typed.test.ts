import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestLogRow } from '../../contracts/request-log.js';
import { MODEL, type Stage, get, openStage, post, served, until } from './support.js';
import { CLASSES, aHome, aPenguin, penguins, price, request, species } from './typed-models.js';

/** Models with text, boolean and whole-number inputs, and answers of several numbers, on the real gateway. */

interface Answer {
  model_version: string;
  parameters?: { model_versions: string[] };
  outputs: { name: string; shape: number[]; datatype: string; data: (number | string)[] }[];
  error?: string;
}

let stage: Stage;
let url: string;
const infer = (body: unknown) => post<Answer>(url, `/v2/models/${MODEL}/infer`, body);
const logged = async (): Promise<RequestLogRow[]> => {
  await stage.db.deleteFrom('request_segments').execute();
  await post(url, `/v2/models/${MODEL}/flush`, {});
  const segments = await stage.db.selectFrom('request_segments').selectAll().execute();
  const texts = await Promise.all(
    segments.map(async ({ uri, sha256, bytes, media_type }) =>
      gunzipSync(await stage.artifacts.read({ uri, sha256, bytes, mediaType: media_type })).toString(),
    ),
  );
  return texts
    .join('')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RequestLogRow);
};

describe('a classifier of three classes with typed inputs', () => {
  beforeAll(async () => {
    stage = await openStage();
    await stage.register(3);
    ({ url } = await stage.gateway());
    const { generation } = await stage.route({ champion: await stage.typed(1, species('species')) });
    await served(stage.control, generation);
  });
  afterAll(() => stage?.close());

  it('tells its inputs, outputs, nullable features and classes', async () => {
    expect((await get(url, `/v2/models/${MODEL}`)).body).toMatchObject({
      inputs: [
        { name: 'mass', datatype: 'FP32', shape: [-1] },
        { name: 'clutch', datatype: 'INT64', shape: [-1] },
        { name: 'adult', datatype: 'BOOL', shape: [-1] },
        { name: 'island', datatype: 'BYTES', shape: [-1] },
      ],
      outputs: [
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] },
        { name: 'class', datatype: 'BYTES', shape: [-1] },
      ],
      parameters: { nullable: ['mass'], problem: { classes: CLASSES } },
    });
  });

  it('answers with the probabilities and the most probable class, alike alone and among others', async () => {
    const alone: (number | string)[][] = [];
    for (let n = 0; n < 40; n++) {
      const { status, body } = await infer(aPenguin(n));
      expect(status).toBe(200);
      const [probabilities, top] = body.outputs;
      expect(probabilities).toMatchObject({ name: 'probabilities', shape: [1, 3], datatype: 'FP32' });
      expect(top).toMatchObject({ name: 'class', shape: [1], datatype: 'BYTES' });
      const values = probabilities?.data as number[];
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(top?.data[0]).toBe(CLASSES[values.indexOf(Math.max(...values))]);
      alone.push(values);
    }
    const together = await Promise.all(alone.map((_, n) => infer(aPenguin(n))));
    const many = await infer(request(species('species'), 'many', penguins(0, 40)));
    const joined = together.flatMap(({ body }) => body.outputs[0]?.data ?? []);
    alone.flat().forEach((value, at) => {
      expect(joined[at]).toBeCloseTo(Number(value), 6);
      expect(many.body.outputs[0]?.data[at]).toBeCloseTo(Number(value), 6);
    });
  });

  it('gives only the outputs that a request names, and logs all of its prediction', async () => {
    const whole = (await infer(aPenguin(1))).body.outputs;
    for (const [asked, at] of [
      ['probabilities', 0],
      ['class', 1],
    ] as const)
      expect((await infer({ ...aPenguin(1), outputs: [{ name: asked }] })).body.outputs).toEqual([whole[at]]);
    expect((await infer({ ...aPenguin(1), outputs: [] })).body.outputs).toEqual(whole);
    const pinned = await post<Answer>(url, `/v2/models/${MODEL}/versions/1/infer`, {
      ...aPenguin(1),
      outputs: [{ name: 'class' }],
    });
    expect(pinned.body.outputs).toEqual([whole[1]]);
    await logged();
    await infer({ ...aPenguin(1), outputs: [{ name: 'class' }] });
    expect((await logged())[0]?.outputs).toEqual(whole[0]?.data);
  });

  it('refuses an output that it does not have, and names those that it has', async () => {
    const { status, body } = await infer({ ...aPenguin(1), outputs: [{ name: 'class' }, { name: 'label' }] });
    expect([status, body.error]).toEqual([
      400,
      'outputs[1].name is "label", which is no output: the model has probabilities, class',
    ]);
  });

  it('logs features with their types, the probability of the class as score, and all probabilities', async () => {
    await post(url, `/v2/models/${MODEL}/flush`, {});
    const { body } = await infer(aPenguin(1));
    const [row] = await logged();
    const probabilities = body.outputs[0]?.data as number[];
    expect(row).toMatchObject({
      inference_id: 'p-1',
      features: [3.5, 2, false, 'Dream'],
      score: Math.max(...probabilities),
      outputs: probabilities,
    });
  });

  it.each([
    [
      'a feature of another type',
      { datatype: 'FP32', data: [1] },
      'input island has datatype FP32, expected BYTES',
    ],
    ['a number among texts', { datatype: 'BYTES', data: [5] }, 'row 0: island is 5, expected a text'],
  ])('refuses %s with a message that helps', async (_what, change, text) => {
    const good = aPenguin(1);
    const inputs = good.inputs.map((input) => (input.name === 'island' ? { ...input, ...change } : input));
    const { status, body } = await infer({ ...good, inputs });
    expect([status, body.error]).toEqual([400, expect.stringContaining(text)]);
  });

  it('takes labels as class texts, and refuses others with the list of classes', async () => {
    const label = (value: unknown) => ({
      labels: [{ inference_id: 'p-1', label: value, label_ts: '2001-02-01T00:00:00Z' }],
    });
    const path = `/v2/models/${MODEL}/feedback`;
    expect((await post(url, path, label('Gentoo'))).body).toEqual({ accepted: 1 });
    expect(await stage.db.selectFrom('labels').select('label').execute()).toEqual([{ label: 2 }]);
    const refused = await post<{ error: string }>(url, path, label('Emperor'));
    expect(refused.status).toBe(400);
    for (const name of CLASSES) expect(refused.body.error).toContain(name);
  });

  it('splits typed rows between two versions, and gives each its own answer', async () => {
    const { generation } = await stage.route({
      candidate: await stage.typed(2, species('species-better')),
      candidateShare: 0.5,
    });
    await served(stage.control, generation);
    const rows = penguins(0, 10);
    const entities = rows.map((_, n) => `e-${n}`);
    const { body } = await infer(request(species('species'), 'split', rows, { entities }));
    const versions = body.parameters?.model_versions ?? [];
    expect(new Set(versions)).toEqual(new Set(['1', '2']));
    for (const [row, version] of versions.entries()) {
      const alone = await post<Answer>(
        url,
        `/v2/models/${MODEL}/versions/${version}/infer`,
        request(species('species'), 'one', [rows[row] ?? []]),
      );
      const expected = alone.body.outputs[0]?.data ?? [];
      expected.forEach((value, at) =>
        expect(body.outputs[0]?.data[row * 3 + at]).toBeCloseTo(Number(value), 6),
      );
    }
  });

  it('refuses a candidate that answers other classes, because clients would get two shapes', async () => {
    const other = species('species', ['Adelie', 'Chinstrap', 'Emperor']);
    const { generation } = await stage.route({ candidate: await stage.typed(3, other), candidateShare: 0 });
    const report = await until('the candidate is refused', async () =>
      (await stage.control.reports(MODEL)).reports.find((one) => one.refusedGeneration === generation),
    );
    expect(report.problem).toContain('under another model name');
    expect((await infer(aPenguin(1))).body.model_version).toBe('1');
  });
});

describe('a regression with quantiles and typed inputs', () => {
  beforeAll(async () => {
    stage = await openStage();
    await stage.register(2);
    ({ url } = await stage.gateway());
    const { generation } = await stage.route({ champion: await stage.typed(1, price('price')) });
    await served(stage.control, generation);
  });
  afterAll(() => stage?.close());

  it('answers with the prediction and its quantiles', async () => {
    const { body } = await infer(aHome(3));
    // The row has 80 square metres, 4 rooms, no garden, and lies in Bonn.
    expect(body.outputs).toEqual([
      { name: 'prediction', shape: [1], datatype: 'FP32', data: [2 * 80 + 4 * 30 + 40] },
      { name: 'quantiles', shape: [1, 2], datatype: 'FP32', data: [310, 330] },
    ]);
  });

  it('logs the prediction as score', async () => {
    await post(url, `/v2/models/${MODEL}/flush`, {});
    await infer(aHome(3));
    expect((await logged())[0]).toMatchObject({
      features: [80, 4, false, 'Bonn'],
      score: 320,
      outputs: [320, 310, 330],
    });
  });

  it('takes any finite label, and no text', async () => {
    const label = (value: unknown) => ({
      model: MODEL,
      labels: [{ inference_id: 'h-3', label: value, label_ts: '2001-02-01T00:00:00Z' }],
    });
    expect((await post(url, '/feedback', label(317.5))).status).toBe(200);
    expect((await post<{ error: string }>(url, '/feedback', label('dear'))).body.error).toContain(
      'expected a finite number within ±3.4e38',
    );
  });

  it('reports the difference of a candidate in standard deviations of the champion', async () => {
    const { generation } = await stage.route({
      candidate: await stage.typed(2, price('price-far')),
      candidateShare: 1,
    });
    await served(stage.control, generation);
    for (let n = 0; n < 45; n++) await infer(aHome(n));
    const arm = await until('45 rows are compared', async () => {
      const { reports } = await stage.control.reports(MODEL);
      return reports.flatMap(({ arms }) => arms).find(({ compared }) => compared === 45);
    });
    // The candidate adds 4 for each square metre: 360 on average. The champion's standard deviation is near 70.
    expect(arm.meanAbsoluteDifference).toBeGreaterThan(4);
    expect(arm.meanAbsoluteDifference).toBeLessThan(7);
  });
});
