import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type MonitoringActivities,
  createMonitoringActivities,
} from '../../../activities/monitoring/index.js';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import { MediaType } from '../../../contracts/artifacts.js';
import type { CategoricalReference, ReferenceProfile } from '../../../contracts/evaluation.js';
import { metricsOf } from '../../../contracts/metrics/compare.js';
import type { MonitorTarget, WindowResult } from '../../../contracts/monitor.js';
import type { Problem } from '../../../contracts/problems/index.js';
import type { RequestLogRow } from '../../../contracts/request-log.js';
import type { SignatureInput } from '../../../contracts/signature.js';
import { MonitoringSpec, RetrainingSpec } from '../../../contracts/spec/monitoring.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { openWindowStore } from '../../../infra/adapters/postgres/windows.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { triggersOf } from '../../../workflows/policy/drift.js';
import { freshDatabase } from '../../support/database.js';
import { sha } from '../../support/fixtures.js';
import { storeLabels, storeSegment } from '../../support/request-log.js';

/** Windows of models with text, boolean and whole-number features, and of other problems than binary ones. */

const week = { from: '2001-04-02T00:00:00.000Z', to: '2001-04-09T00:00:00.000Z' };
const inputs: SignatureInput[] = [
  { name: 'distance', type: 'int64', nullable: false },
  { name: 'origin', type: 'string', nullable: true },
  { name: 'night', type: 'bool', nullable: false },
];
const features = inputs.map(({ name }) => name);
const classes = ['early', 'on time', 'late'];
const multiclass: Problem = { type: 'multiclass-classification', classes };

const categorical = (column: string, shares: Record<string, number>): CategoricalReference => ({
  column,
  kind: 'categorical',
  values: Object.entries(shares).map(([value, share]) => ({ value, share })),
  other: 0,
  missing: 0,
  threshold: 0.1,
});
const numeric = (column: string) => ({
  column,
  edges: [100, 200, 300],
  shares: [0.25, 0.25, 0.25, 0.25, 0],
  threshold: 0.1,
});
const profile: ReferenceProfile = {
  rows: 10_000,
  units: 28,
  columns: [
    numeric('distance'),
    categorical('origin', { ORD: 0.5, SFO: 0.5 }),
    categorical('night', { false: 0.75, true: 0.25 }),
  ],
  score: categorical('score', { early: 0.25, 'on time': 0.5, late: 0.25 }),
  baseRate: 0,
  metrics: { log_loss: 0.2 },
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Kysely<Database>;
let artifacts: ArtifactStore;
let folder: string;
let activities: MonitoringActivities;

beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
  folder = await mkdtemp(join(tmpdir(), 'mainspring-typed-'));
  const s3 = inject('s3');
  artifacts = openArtifactStore(openS3(s3), s3.bucket, join(folder, 'cache'));
  activities = createMonitoringActivities({
    windows: openWindowStore(db),
    artifacts,
    sql: openSqlEngine(),
    scratchDir: join(folder, 'scratch'),
  });
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const monitoring = MonitoringSpec.parse({ quality: { metric: 'log_loss', dropsBy: 0.3 } });
async function close(
  model: string,
  problem: Problem = multiclass,
  reference: ReferenceProfile = profile,
): Promise<WindowResult> {
  const target: MonitorTarget = {
    version: 1,
    specDigest: sha('spec'),
    reference: await artifacts.put(JSON.stringify(reference), MediaType.json),
    features,
    signature: { inputs, outputs: [{ name: 'probabilities', type: 'float32', width: 3 }] },
    problem,
  };
  return new MockActivityEnvironment().run(activities.closeWindow, {
    model,
    target,
    window: week,
    monitoring,
  });
}

/** 2,000 requests distributed like the reference. */
const requests = (
  model: string,
  change: (i: number) => Partial<RequestLogRow> = () => ({}),
): RequestLogRow[] =>
  Array.from({ length: 2_000 }, (_, i) => {
    const predicted = [0, 1, 1, 2][i % 4] ?? 0;
    const outputs = classes.map((_, of) => (of === predicted ? 0.75 : 0.125));
    return {
      inference_id: `${model}-${i}`,
      event_time: new Date(Date.parse(week.from) + i * 1_000).toISOString(),
      model,
      version: 1,
      arm: 'champion',
      features: [50 + 100 * (i % 4), i % 2 === 0 ? 'ORD' : 'SFO', i % 4 === 0],
      score: 0.75,
      outputs,
      latency_ms: 0.2,
      ...change(i),
    };
  });
const predictedClass = ({ outputs = [] }: RequestLogRow): number => outputs.indexOf(Math.max(...outputs));

describe('a window of a model with typed features', () => {
  it('has no drift when texts, booleans, numbers and predicted classes are as in the reference', async () => {
    await storeSegment({ db, artifacts }, 'same', requests('same'));
    const result = await close('same');
    expect(result).toMatchObject({ requests: 2_000, exceeded: [] });
    expect(Object.keys(result.psi).toSorted()).toEqual(['distance', 'night', 'origin', 'score']);
    for (const value of Object.values(result.psi)) expect(value).toBeCloseTo(0, 6);
    expect(result.values).toBeUndefined();
  });

  it('alarms for a new value of a text feature, names it with its share, and shows it in the report', async () => {
    const rows = requests('new-origin', (i) =>
      i % 25 < 3 ? { features: [50 + 100 * (i % 4), 'XYZ', i % 4 === 0] } : {},
    );
    await storeSegment({ db, artifacts }, 'new-origin', rows);
    await storeLabels(
      db,
      'new-origin',
      rows.map((row) => ({ id: row.inference_id, label: predictedClass(row) })),
    );
    const result = await close('new-origin');
    expect(result.exceeded).toEqual(['origin']);
    expect(result.values).toEqual({ origin: { new: [{ value: 'XYZ', share: 0.12 }], vanished: [] } });
    const html = (await artifacts.read(result.report!)).toString('utf8');
    expect(html).toContain('Over their threshold: origin (new value &#34;XYZ&#34; in 12 % of rows).');
    expect(html).toContain('<td>origin</td><td>new</td><td>XYZ</td><td>12 %</td>');

    const retraining = RetrainingSpec.parse({ trainOn: { last: '56d' } });
    const [trigger] = triggersOf([result, result], { monitoring, retraining }, 0);
    expect(trigger?.kind).toBe('drift');
    expect(trigger?.detail).toContain('origin: new value "XYZ" in 12 % of rows');
  });

  it('names a value that vanished, and sees a boolean and a null move', async () => {
    await storeSegment(
      { db, artifacts },
      'moved',
      requests('moved', (i) => ({ features: [50 + 100 * (i % 4), i % 2 === 0 ? 'ORD' : null, true] })),
    );
    const result = await close('moved');
    expect(result.exceeded).toEqual(['origin', 'night']);
    expect(result.values).toEqual({
      origin: { new: [], vanished: [{ value: 'SFO', share: 0.5 }] },
      night: { new: [], vanished: [{ value: 'false', share: 0.75 }] },
    });
  });

  it('sees the predicted classes move, the scores being equal', async () => {
    await storeSegment(
      { db, artifacts },
      'classes',
      requests('classes', () => ({ outputs: [0.125, 0.125, 0.75] })),
    );
    const result = await close('classes');
    expect(result.exceeded).toEqual(['score']);
    expect(result.values?.['score']?.vanished.map(({ value }) => value)).toEqual(['early', 'on time']);
  });

  it('computes the metrics of the problem from class labels, and says when the watched one dropped', async () => {
    const rows = requests('labelled');
    const labels = rows.map((row, i) => ({
      id: row.inference_id,
      label: i % 4 === 0 ? 2 : predictedClass(row),
    }));
    await storeSegment({ db, artifacts }, 'labelled', rows);
    await storeLabels(db, 'labelled', labels);
    const result = await close('labelled');
    const scored = {
      problem: multiclass,
      label: labels.map(({ label }) => label),
      prediction: Float32Array.from(rows.flatMap(({ outputs }) => outputs ?? [])),
      width: 3,
    };
    expect(result.metrics).toMatchObject(metricsOf(['log_loss', 'accuracy', 'f1_macro'], scored));
    expect(result.metrics.accuracy).toBe(0.75);
    expect(result.labelRate).toBeNull();
    expect(result.exceeded).toEqual(['quality']);
  });

  it('computes the errors of a regression from labels that are numbers', async () => {
    const rows = requests('regression', (i) => ({ score: i, outputs: [i, i - 10, i + 10] }));
    await storeSegment({ db, artifacts }, 'regression', rows);
    await storeLabels(
      db,
      'regression',
      rows.map(({ inference_id, score }) => ({ id: inference_id, label: score + 5 })),
    );
    const result = await close(
      'regression',
      { type: 'regression', quantiles: [0.1, 0.9] },
      { ...profile, score: numeric('score') },
    );
    expect(result.metrics).toMatchObject({ mae: 5, rmse: 5, mean_error: -5, interval_coverage: 1 });
    expect(result.exceeded).toEqual(['score']);
  });

  it('closes with a number beyond 32-bit floats, a text for a number and a text of megabytes', async () => {
    const rows = requests('hostile', (i) =>
      i >= 3
        ? {}
        : {
            features: [
              [1e39, 'ORD', true],
              [-1e300, 'x'.repeat(3_000_000), true],
              ['far', 'SFO', true],
            ][i]!,
          },
    );
    await storeSegment({ db, artifacts }, 'hostile', rows);
    const result = await close('hostile');
    expect(result.requests).toBe(2_000);
    expect(result.psi['distance']).toBeLessThan(0.01);
    expect(JSON.stringify(result).length).toBeLessThan(10_000);
  });

  it('reads a log that was written before there were types', async () => {
    const plain = requests('plain', (i) => ({ features: [50 + 100 * (i % 4), 0.5, 1], score: 0.5 })).map(
      ({ outputs: _, ...row }) => row,
    );
    await storeSegment({ db, artifacts }, 'plain', plain);
    const result = await close(
      'plain',
      { type: 'binary-classification' },
      { ...profile, columns: [numeric('distance')], score: numeric('score') },
    );
    expect(result).toMatchObject({ requests: 2_000, psi: { distance: expect.closeTo(0, 6) as number } });
  });
});
