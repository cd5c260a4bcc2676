import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { metricsOf } from '../../../activities/evaluation/metrics.js';
import {
  type MonitoringActivities,
  createMonitoringActivities,
} from '../../../activities/monitoring/index.js';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import { type ArtifactRef, MediaType } from '../../../contracts/artifacts.js';
import type { ReferenceProfile } from '../../../contracts/evaluation.js';
import type { CloseWindowInput, WindowResult } from '../../../contracts/monitor.js';
import type { RequestLogRow } from '../../../contracts/request-log.js';
import { MonitoringSpec } from '../../../contracts/spec/monitoring.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { openWindowStore } from '../../../infra/adapters/postgres/windows.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../../support/database.js';
import { sha } from '../../support/fixtures.js';
import { storeLabels, storeSegment, storeSegmentBytes } from '../../support/request-log.js';

const week = { from: '2001-04-02T00:00:00.000Z', to: '2001-04-09T00:00:00.000Z' };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Kysely<Database>;
let artifacts: ArtifactStore;
let cacheDir: string;
let activities: MonitoringActivities;
let reference: ArtifactRef;

/** Uniform on 0–1 in ten equal bins, nothing missing. */
const uniform = (column: string, threshold = 0.1) => ({
  column,
  edges: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  shares: [...Array<number>(10).fill(0.1), 0],
  threshold,
});
const profile: ReferenceProfile = {
  rows: 10_000,
  units: 28,
  columns: [uniform('hour'), uniform('distance')],
  score: uniform('score'),
  baseRate: 0.5,
  metrics: { roc_auc: 0.83, log_loss: 0.5 },
};

beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
  cacheDir = await mkdtemp(join(tmpdir(), 'mainspring-cache-'));
  const s3 = inject('s3');
  artifacts = openArtifactStore(openS3(s3), s3.bucket, cacheDir);
  activities = createMonitoringActivities({ windows: openWindowStore(db), artifacts });
  reference = await artifacts.put(JSON.stringify(profile), MediaType.json);
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
  await rm(cacheDir, { recursive: true, force: true });
});

const input = (model: string, change: Partial<CloseWindowInput> = {}): CloseWindowInput => ({
  model,
  target: { version: 1, specDigest: sha('spec'), reference, features: ['hour', 'distance'] },
  window: week,
  monitoring: MonitoringSpec.parse({}),
  ...change,
});
const close = (request: CloseWindowInput): Promise<WindowResult> =>
  new MockActivityEnvironment().run(activities.closeWindow, request);

/** `n` requests spread evenly over the window, features and score uniform on 0–1 and equal to each other. */
function requests(
  model: string,
  n: number,
  change: (i: number) => Partial<RequestLogRow> = () => ({}),
): RequestLogRow[] {
  const span = Date.parse(week.to) - Date.parse(week.from);
  return Array.from({ length: n }, (_, i) => {
    const value = (i + 0.5) / n;
    return {
      inference_id: `${model}-${i}`,
      event_time: new Date(Date.parse(week.from) + (i * span) / n).toISOString(),
      model,
      version: 1,
      arm: 'champion',
      features: [value, value],
      score: value,
      latency_ms: 0.2,
      ...change(i),
    };
  });
}
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
      label: Uint8Array.from(labels, ({ label }) => label),
      score: Float32Array.from(rows, ({ score }) => score),
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

  it('takes labels for another model’s inference of the same id as none', async () => {
    await storeSegment({ db, artifacts }, 'mine', requests('mine', 10));
    await storeLabels(db, 'theirs', [{ id: 'mine-0', label: 1 }]);
    expect(await close(input('mine'))).toMatchObject({
      requests: 10,
      labelled: 0,
      labelRate: null,
      metrics: {},
    });
  });

  it('counts a request once that was logged twice, and none of another version or outside of the window', async () => {
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
    // All of the mass in one of ten bins: 0.9 ln 10 there, and nine empty bins counted as 1e-4.
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

  it('returns the recorded window when it is asked again, whatever labels came since', async () => {
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

  it('refuses a segment that is no request log, and names the span and the remedy', async () => {
    await storeSegmentBytes(
      { db, artifacts },
      'broken',
      gzipSync('{"inference_id": "a", "score": nonsense'),
      [week.from],
    );
    await expect(close(input('broken'))).rejects.toMatchObject({
      type: 'WindowUnreadable',
      nonRetryable: true,
      message: expect.stringContaining('table request_segments') as string,
    });
    expect(await openWindowStore(db).find('broken', week.from)).toBeUndefined();
  });
});
