import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaType } from '../../../contracts/artifacts.js';
import { metricsOf } from '../../../contracts/metrics/compare.js';
import { BINARY } from '../../../contracts/problems/index.js';
import type { RequestLogRow } from '../../../contracts/request-log.js';
import { openWindowStore } from '../../../infra/adapters/postgres/windows.js';
import { storeLabels, storeSegment, storeSegmentBytes } from '../../support/request-log.js';
import { type Scenario, openScenario, profile, requests, week } from './window-scenario.js';

let scenario: Scenario;
let db: Scenario['db'];
let artifacts: Scenario['artifacts'];
let input: Scenario['input'];
let close: Scenario['close'];
beforeAll(async () => {
  scenario = await openScenario();
  ({ db, artifacts, input, close } = scenario);
});
afterAll(() => scenario?.end());

/** Deterministic noise on 0–1. */
const noise = (i: number): number => (Math.imul(i + 1, 2_654_435_761) >>> 0) / 2 ** 32;
const labelsFor = (rows: readonly RequestLogRow[]) =>
  rows.map((row, i) => ({ id: row.inference_id, label: noise(i) < row.score ? 1 : 0 }));

describe('closeWindow', () => {
  it('joins labels with requests and computes the metrics that evaluation would', async () => {
    const rows = requests('joined', 4_000);
    const labels = labelsFor(rows);
    await storeSegment({ db, artifacts }, 'joined', rows.slice(0, 1_500));
    await storeSegment({ db, artifacts }, 'joined', rows.slice(1_500));
    await storeLabels(db, 'joined', labels);
    const result = await close(input('joined'));

    const expected = metricsOf(['roc_auc', 'log_loss', 'calibration_error', 'brier'], {
      problem: BINARY,
      label: labels.map(({ label }) => label),
      prediction: Float32Array.from(rows, ({ score }) => score),
      width: 1,
    });
    expect(result).toMatchObject({
      requests: 4_000,
      labelled: 4_000,
      version: 1,
      window: week,
      exceeded: [],
    });
    for (const [metric, value] of Object.entries(expected)) {
      expect(result.metrics[metric as keyof typeof expected]).toBeCloseTo(value, 10);
    }
    expect(result.labelRate).toBeCloseTo(labels.filter(({ label }) => label === 1).length / 4_000, 12);
    expect(result.psi['score']).toBeCloseTo(0, 3);
  });

  it('leaves a request without a label out, and never takes it as negative', async () => {
    const rows = requests('partly', 1_000);
    await storeSegment({ db, artifacts }, 'partly', rows);
    await storeLabels(
      db,
      'partly',
      rows.filter((_, i) => i % 4 === 0).map(({ inference_id }) => ({ id: inference_id, label: 1 })),
    );
    const result = await close(input('partly'));
    expect(result).toMatchObject({ requests: 1_000, labelled: 250, labelRate: 1 });
    expect(result.metrics.roc_auc).toBeUndefined();
  });

  it('ignores labels of another model’s inference with the same id', async () => {
    await storeSegment({ db, artifacts }, 'mine', requests('mine', 10));
    await storeLabels(db, 'theirs', [{ id: 'mine-0', label: 1 }]);
    expect(await close(input('mine'))).toMatchObject({
      requests: 10,
      labelled: 0,
      labelRate: null,
      metrics: {},
    });
  });

  it('counts a request that was logged twice once, and leaves out other versions and other windows', async () => {
    const rows = requests('twice', 100);
    await storeSegment({ db, artifacts }, 'twice', rows);
    await storeSegment({ db, artifacts }, 'twice', [
      ...rows.slice(0, 50),
      ...requests('twice', 20, (i) => ({ inference_id: `v2-${i}`, version: 2, arm: 'candidate' })),
      ...requests('twice', 1, () => ({ inference_id: 'at-the-end', event_time: week.to })),
      ...requests('twice', 1, () => ({ inference_id: 'before', event_time: '2001-04-01T23:59:59.999Z' })),
    ]);
    expect(await close(input('twice'))).toMatchObject({ requests: 100 });
  });

  it('records a window without requests, and does not fail', async () => {
    const result = await close(input('silent'));
    expect(result).toEqual({
      model: 'silent',
      version: 1,
      window: week,
      requests: 0,
      labelled: 0,
      labelRate: null,
      metrics: {},
      psi: {},
      exceeded: [],
      report: expect.objectContaining({ mediaType: MediaType.html }) as unknown,
    });
    expect(await openWindowStore(db).newest('silent', 5)).toEqual([result]);
  });

  it('names each column over its own threshold, the score among them', async () => {
    const rows = requests('moved', 1_000, (i) => ({
      features: [0.05, (i + 0.5) / 1_000],
      score: 0.5 + (i + 0.5) / 2_000,
    }));
    await storeSegment({ db, artifacts }, 'moved', rows);
    const result = await close(input('moved'));
    expect(result.exceeded).toEqual(['score', 'hour']);
    // All values lie in one of ten bins. That bin adds 0.9 ln 10; each of the nine empty bins counts as 1e-4.
    const expected = 0.9 * Math.log(10) + 9 * (1e-4 - 0.1) * Math.log(1e-4 / 0.1);
    expect(result.psi['hour']).toBeCloseTo(expected, 6);
  });

  it('writes a page that names what moved and shows it, and nothing but the page is needed to read it', async () => {
    const rows = requests('shown', 1_000, (i) => ({ features: [0.05, (i + 0.5) / 1_000] }));
    await storeSegment({ db, artifacts }, 'shown', rows);
    await storeLabels(db, 'shown', labelsFor(rows));
    const { report } = await close(input('shown'));
    const html = (await artifacts.read(report!)).toString('utf8');
    expect(html).toContain('Over their threshold: hour.');
    expect(html).toContain('1,000 requests, 100.0 % of them labelled.');
    expect(html.match(/<svg/g)).toHaveLength(3);
    expect(html).not.toMatch(/NaN|undefined|(src|href)=/);
  });

  it('reads its rows beside those of another version with text features and a line from beyond the calendar', async () => {
    await storeSegment({ db, artifacts }, 'beside', [
      ...requests('beside', 100),
      ...requests('beside', 10, (i) => ({ inference_id: `v2-${i}`, version: 2, features: ['ORD', true, 1] })),
    ]);
    const [first] = requests('beside', 1);
    const lines = [
      { ...first!, inference_id: 'late' },
      { ...first!, inference_id: 'never', event_time: '+020000-01-01T00:00:00.000Z' },
    ].map((row) => JSON.stringify(row));
    await storeSegmentBytes({ db, artifacts }, 'beside', gzipSync(lines.join('\n')), [week.from]);
    expect(await close(input('beside'))).toMatchObject({ requests: 101, exceeded: [] });
  });

  it('puts a missing feature into the bin of missing values', async () => {
    await storeSegment(
      { db, artifacts },
      'missing',
      requests('missing', 500, () => ({ features: [null, 0.5] })),
    );
    const result = await close(input('missing'));
    expect(result.psi['hour']).toBeGreaterThan(5);
  });

  it('sees a feature on an edge as the reference did, in 32-bit floats', async () => {
    const edge = Math.fround(13.35);
    const onEdge = await artifacts.put(
      JSON.stringify({
        ...profile,
        columns: [{ column: 'hour', edges: [edge], shares: [1, 0, 0], threshold: 0.1 }],
      }),
      MediaType.json,
    );
    await storeSegment(
      { db, artifacts },
      'edge',
      requests('edge', 200, () => ({ features: [13.35, 0.5] })),
    );
    const { target } = input('edge');
    const result = await close(input('edge', { target: { ...target, reference: onEdge } }));
    expect(result.psi['hour']).toBeCloseTo(0, 9);
  });

  it('says quality when the metric is worse than the reference by more than the spec allows', async () => {
    const rows = requests('worse', 2_000);
    await storeSegment({ db, artifacts }, 'worse', rows);
    await storeLabels(
      db,
      'worse',
      rows.map(({ inference_id }, i) => ({ id: inference_id, label: i % 2 })),
    );
    const result = await close(input('worse'));
    expect(result.metrics.roc_auc).toBeCloseTo(0.5, 2);
    expect(result.exceeded).toEqual(['quality']);
  });

  it('returns the recorded window when it is asked again, even if labels came since', async () => {
    const rows = requests('again', 300);
    await storeSegment({ db, artifacts }, 'again', rows);
    const first = await close(input('again'));
    await storeLabels(db, 'again', labelsFor(rows));
    expect(await close(input('again'))).toEqual(first);
  });

  it('counts late labels that came before the window was closed', async () => {
    const rows = requests('late', 300);
    await storeSegment({ db, artifacts }, 'late', rows);
    await storeLabels(db, 'late', labelsFor(rows).slice(0, 100));
    await storeLabels(db, 'late', labelsFor(rows).slice(100));
    expect(await close(input('late'))).toMatchObject({ requests: 300, labelled: 300 });
  });
});
