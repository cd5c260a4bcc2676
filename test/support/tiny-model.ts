import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringify } from 'yaml';
import type { ModelSpecInput } from '../../contracts/spec/model-spec.js';
import { modelFile } from './models/model-file.js';

const trainers = fileURLToPath(new URL('./trainers', import.meta.url));

/** Forty days of events. The label follows the formula of the model `good` and is known two hours later. */
export const EVENTS_SQL = `
  select i as id, timestamp '2000-12-24' + to_minutes(i * 15) as ts, x1, x2, (u < 1 / (1 + exp(-(1.5 * x1 + x2 - 1))))::int as late
  from (select i::int as i, (hash(i, 1) % 4001)::double / 1000 - 2 as x1, (hash(i, 2) % 4001)::double / 1000 - 2 as x2,
    (hash(i, 3) % 100003)::double / 100003 as u from range(3840) t(i))`;

const CLEAN_SQL = `select *, ts::date as day, ts + interval 2 hour as label_ts from events where ts < getvariable('as_of')`;
const FEATURES_SQL = `select id, ts, day, late as label, label_ts, x1, x2 from clean
  where ts >= getvariable('window_from') and ts < getvariable('window_to')`;

export const AS_OF = '2001-02-01';

/** File name of a trainer in test/support/trainers. */
export type TinyTrainer = 'good_scores.py' | 'bad_scores.py' | 'exit64.py' | 'no_model.py' | 'sleepy.py';

export interface TinyOptions {
  trainer?: TinyTrainer;
  /** SELECT for the rows of the source. */
  events?: string;
  /** Bytes of the source file, instead of those rows. */
  file?: string;
  featureSql?: string;
  /** Changes the spec before it is written; it may also break the type. */
  change?: (spec: ModelSpecInput & Record<string, unknown>) => void;
}

/**
 * Write a model of two features whose lifecycle takes seconds: its trainers return existing models, either the good
 * one or one that ignores the second feature.
 *
 * @returns the model file
 */
export async function writeTinyModel(
  folder: string,
  model: string,
  options: TinyOptions = {},
): Promise<string> {
  const root = join(folder, model);
  const trainer = join(root, 'trainer');
  await mkdir(root, { recursive: true });
  await cp(trainers, trainer, { recursive: true, filter: (path) => !path.includes('__pycache__') });
  await cp(modelFile('good'), join(trainer, 'linear.onnx'));
  await cp(modelFile('blunt'), join(trainer, 'constant.onnx'));
  await writeFile(join(root, 'clean.sql'), CLEAN_SQL);
  await writeFile(join(root, 'features.sql'), options.featureSql ?? FEATURES_SQL);
  if (options.file === undefined)
    await writeEvents(join(root, 'events.parquet'), options.events ?? EVENTS_SQL);
  else await writeFile(join(root, 'events.parquet'), options.file);
  const spec = tinySpec(model, options.trainer ?? 'good_scores.py');
  options.change?.(spec);
  const file = join(root, 'model.yaml');
  await writeFile(file, stringify(spec));
  return file;
}

const tinySpec = (model: string, trainer: TinyTrainer): ModelSpecInput => ({
  apiVersion: 'mainspring/v1',
  model,
  charter: {
    goal: 'Say which events come late.',
    problem: 'binary-classification',
    success: { metric: 'roc_auc', atLeast: 0.7 },
    owners: { 'business-stakeholder': ['maya'], 'ml-engineer': ['tomas'] },
  },
  data: {
    sources: { events: { parquet: 'events.parquet', time: 'ts' } },
    clean: 'clean.sql',
    label: { column: 'label', availableAt: 'label_ts' },
    id: 'id',
    time: 'ts',
    unit: 'day',
    checks: [
      { columns: { ts: 'timestamp', x1: 'float', x2: 'float', late: 'int' } },
      { notNull: ['ts', 'x1', 'x2', 'late'], allow: '1%' },
      { rows: { min: 500 } },
    ],
  },
  features: { sql: 'features.sql', set: ['x1', 'x2'] },
  split: { by: 'time', train: '24d', validation: '4d', test: '7d' },
  training: {
    code: 'trainer',
    command: ['python', trainer],
    environment: 'trainer/requirements.lock',
    search: {
      trials: 1,
      objective: { metric: 'log_loss', goal: 'minimize' },
      space: { rounds: { int: [1, 5] } },
    },
  },
  evaluation: {
    resamples: 200,
    gates: [
      { name: 'good enough', metric: 'roc_auc', atLeast: 0.6 },
      { name: 'better than champion', metric: 'log_loss', improvesBy: 0 },
    ],
  },
  approval: { quorum: { 'business-stakeholder': 1, 'ml-engineer': 1 } },
  release: { guardrails: { latencyP99Ms: 10_000 } },
  monitoring: { clock: 'event' },
  retraining: { trainOn: { last: '31d' } },
});

async function writeEvents(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`copy (${select}) to '${path}' (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}
