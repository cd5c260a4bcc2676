import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, type Stage, openStage, post, served } from './support.js';

let stage: Stage;
let url: string;
beforeAll(async () => {
  stage = await openStage();
  await stage.register(1);
  ({ url } = await stage.gateway());
  const { generation } = await stage.route({ champion: await stage.version(1, 'champion') });
  await served(stage.control, generation);
});
afterAll(() => stage?.close());

describe('feedback', () => {
  const label = (id: string, value: number, at: string) => ({ inference_id: id, label: value, label_ts: at });
  const labelOf = async (id: string) =>
    (await stage.db.selectFrom('labels').select('label').where('inference_id', '=', id).executeTakeFirst())
      ?.label;

  it('is committed when it is acknowledged, and the newest label wins in whatever order they come', async () => {
    const path = `/v2/models/${MODEL}/feedback`;
    const both = [
      label('x', 0, '2001-02-01T10:00:00Z'),
      label('x', 1, '2001-02-01T11:00:00Z'),
      label('y', 1, '2001-02-01T10:00:00Z'),
    ];
    const { status, body } = await post(url, path, { labels: both });
    expect(status).toBe(400);
    expect(body).toMatchObject({ accepted: 2, refused: 1, refusedLabels: [{ at: 0 }] });
    expect(body['error']).toContain('labels[0].inference_id is "x", as is labels[1].inference_id');
    expect([await labelOf('x'), await labelOf('y')]).toEqual([1, 1]);
    await post(url, '/feedback', { model: MODEL, labels: [label('x', 0, '2001-02-01T10:30:00Z')] });
    expect(await labelOf('x')).toBe(1);
    await post(url, '/feedback', { model: MODEL, labels: [label('x', 0, '2001-02-01T12:00:00Z')] });
    await post(url, '/feedback', { model: MODEL, labels: [label('x', 0, '2001-02-01T12:00:00Z')] });
    expect(await labelOf('x')).toBe(0);
  });

  it('for a path of another model than the body names is refused, and nothing of it is kept', async () => {
    const labels = [label('foreign', 1, '2001-02-01T10:00:00Z')];
    const path = `/v2/models/${MODEL}/feedback`;
    const { status, body } = await post<{ error: string }>(url, path, { model: 'other', labels });
    expect([status, body.error]).toEqual([400, expect.stringContaining(`the path is for ${MODEL}`)]);
    expect(await labelOf('foreign')).toBeUndefined();
    expect((await post(url, path, { model: MODEL, labels })).status).toBe(200);
  });

  it('with a label of another model keeps the others', async () => {
    const labels = [
      label('own', 1, '2001-02-01T10:00:00Z'),
      { ...label('others', 1, '2001-02-01T10:00:00Z'), model: 'other' },
    ];
    const { status, body } = await post(url, '/feedback', { model: MODEL, labels });
    expect(status).toBe(400);
    expect(body).toMatchObject({ accepted: 1, refusedLabels: [{ at: 1 }] });
    expect([await labelOf('own'), await labelOf('others')]).toEqual([1, undefined]);
  });

  it.each([
    [
      'no model',
      { labels: [] },
      400,
      `model is missing, expected the model that the labels are for; served: ${MODEL}`,
    ],
    ['a number for a model', { model: 5, labels: [] }, 400, 'model is 5, expected the model'],
    ['an unknown model', { model: 'other', labels: [] }, 404, `served: ${MODEL}`],
    ['no labels', { model: MODEL }, 400, 'labels is missing, expected an array'],
    [
      'a label that is no number',
      { model: MODEL, labels: [{ inference_id: 'x', label: 'late', label_ts: '2001-01-01T00:00:00Z' }] },
      400,
      'labels[0].label',
    ],
    [
      'a time that is none',
      { model: MODEL, labels: [{ inference_id: 'x', label: 1, label_ts: 'later' }] },
      400,
      'labels[0].label_ts',
    ],
    ['too many labels', { model: MODEL, labels: new Array(10_001).fill(0) }, 413, 'at most 10000'],
  ])('refuses %s', async (_what, body, status, text) => {
    const answer = await post<{ error: string }>(url, '/feedback', body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(text);
  });
});
