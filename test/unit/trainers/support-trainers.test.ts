import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// These tests compute much: seconds on free cores, longer on shared ones.
vi.setConfig({ testTimeout: 120_000 });
import { BINARY } from '../../../contracts/problems/index.js';
import { numericSignature } from '../../../contracts/signature.js';
import { openScorer } from '../../../infra/adapters/onnx/scorer.js';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'test/support/trainers');
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'trainer-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const options = () => ({
  cwd: folder,
  env: {
    PATH: process.env['PATH'],
    TRAINER_BASE: base,
    PYTHONPATH: join(root, 'trainers/python'),
    PYTHONDONTWRITEBYTECODE: '1',
  },
});
const train = (file: string): number | null => spawnSync('python3', [file, 'train'], options()).status;
const output = (path: string): string => readFileSync(join(base, path), 'utf8');
const result = (): { metrics: Record<string, number> } =>
  JSON.parse(output('output/result.json')) as { metrics: Record<string, number> };

it('exit64 names the parameter that it refuses', () => {
  expect(train('exit64.py')).toBe(64);
  expect(output('output/failure')).toMatch(/parameter "num_leaves" is 1/);
});

it('no_model ends well and leaves a result without a model', () => {
  expect(train('no_model.py')).toBe(0);
  expect(result().metrics).toHaveProperty('log_loss');
  expect(existsSync(join(base, 'model/model.onnx'))).toBe(false);
});

it.each([
  ['bad_scores.py', (scores: Float32Array) => expect(new Set(scores).size).toBe(1)],
  ['good_scores.py', (scores: Float32Array) => expect(new Set(scores).size).toBe(2)],
])('%s hands over a model that the engine can score', async (file, check) => {
  expect(train(file)).toBe(0);
  const model = await openScorer().load(join(base, 'model/model.onnx'), 'candidate', {
    signature: numericSignature(Array.from({ length: 14 }, (_, n) => `f${n}`)),
    problem: BINARY,
  });
  const dense = Float32Array.from({ length: 28 }, (_, i) => (i < 14 ? 0 : 1));
  const scores = await model.score({ rows: 2, dense });
  await model.release();
  check(scores);
  expect(scores.every((score) => score > 0 && score < 1)).toBe(true);
});

it('sleepy stops at TERM with code 75 and begins again where it stopped', async () => {
  const params = (seconds: number) =>
    writeFile(join(base, 'input/config/params.json'), JSON.stringify({ seconds }));
  await mkdir(join(base, 'input/config'), { recursive: true });
  await params(600);
  const first = spawn('python3', ['sleepy.py', 'train'], options());
  const ended = new Promise((resolve) => first.once('exit', resolve));
  while (!existsSync(join(base, 'checkpoints/5'))) await sleep(20);
  first.kill('SIGTERM');
  expect(await ended).toBe(75);
  await params(0);
  expect(train('sleepy.py')).toBe(0);
  expect(result().metrics['first_step']).toBeGreaterThanOrEqual(5);
});
