import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BINARY, type Problem } from '../../../../contracts/problems/index.js';
import { type SignatureInput, numericSignature } from '../../../../contracts/signature.js';
import { layoutOf } from '../../../../serving/features/layout.js';
import { RequestLogRow } from '../../../../contracts/request-log.js';
import { parseInferenceRequest } from '../../../../serving/protocol/inference-request.js';
import { type LogEntry, logLines } from '../../../../serving/request-log/log-line.js';
import { openSegment, recoverSegment } from '../../../../serving/request-log/segment-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mainspring-segment-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const lines = (id: string, at: string, candidatesRow?: LogEntry['candidatesRow']) =>
  logLines({
    model: 'tiny',
    request: parseInferenceRequest(
      {
        id,
        parameters: { event_time: at },
        inputs: [{ name: 'features', shape: [2, 2], datatype: 'FP32', data: [1, null, 0.1, 2] }],
      },
      { layout: layoutOf(numericSignature(['a', 'b']).inputs, true), problem: BINARY },
    ),
    problem: BINARY,
    rows: 2,
    predictions: Float32Array.of(0.5, 0.25),
    versions: [1, 2],
    candidateVersion: 2,
    candidatesRow,
    latencyMs: 1.23456,
  });

describe('a line of the request log', () => {
  it('keeps values as they were sent, null for a missing one, and names the arm that answered', () => {
    const [first, second] = lines('x', '2001-02-01T00:00:00Z')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(first).toEqual({
      inference_id: 'x:0',
      event_time: '2001-02-01T00:00:00.000Z',
      model: 'tiny',
      version: 1,
      arm: 'champion',
      features: [1, null],
      score: 0.5,
      latency_ms: 1.235,
    });
    expect(second).toMatchObject({ inference_id: 'x:1', version: 2, arm: 'candidate', features: [0.1, 2] });
  });

  it('shows the row as the version that answered takes it', () => {
    const other = lines('x', '2001-02-01T00:00:00Z', (row) => [row[1] ?? null, row[0] === 0.1]);
    const features = other
      .trim()
      .split('\n')
      .map((line) => RequestLogRow.parse(JSON.parse(line)).features);
    expect(features).toEqual([
      [1, null],
      [2, true],
    ]);
  });
});

describe('a line of a typed model', () => {
  const inputs: SignatureInput[] = [
    { name: 'rooms', type: 'int64', nullable: false },
    { name: 'garden', type: 'bool', nullable: false },
    { name: 'town', type: 'string', nullable: true },
  ];
  const line = (problem: Problem, predictions: Float32Array) =>
    JSON.parse(
      logLines({
        model: 'homes',
        request: parseInferenceRequest(
          {
            id: 'x',
            inputs: [
              { name: 'rooms', shape: [1], datatype: 'INT64', data: [3] },
              { name: 'garden', shape: [1], datatype: 'BOOL', data: [true] },
              { name: 'town', shape: [1, 1], datatype: 'BYTES', data: [null] },
            ],
          },
          { layout: layoutOf(inputs, false), problem },
        ),
        problem,
        rows: 1,
        predictions,
        versions: 1,
        candidateVersion: undefined,
        latencyMs: 1,
      }),
    ) as RequestLogRow;

  it('keeps types, the probability of the predicted class as score, and all of them as outputs', () => {
    const problem: Problem = { type: 'multiclass-classification', classes: ['a', 'b', 'c'] };
    expect(line(problem, Float32Array.of(0.25, 0.5, 0.25))).toMatchObject({
      features: [3, true, null],
      score: 0.5,
      outputs: [0.25, 0.5, 0.25],
    });
  });

  it('has no outputs when the score is the whole prediction', () => {
    const row = line({ type: 'regression' }, Float32Array.of(240.5));
    expect(row.score).toBe(240.5);
    expect(row).not.toHaveProperty('outputs');
    expect(RequestLogRow.parse(row)).toEqual(row);
  });
});

describe('a segment that a crash left', () => {
  it('loses its torn last line and nothing else', async () => {
    const segment = await openSegment(directory, 'tiny');
    const whole = lines('a', '2001-02-02T00:00:00Z') + lines('b', '2001-02-01T00:00:00Z');
    await segment.write(whole, 4, '', '');
    const { path } = await segment.close();
    await appendFile(path, lines('c', '2001-02-03T00:00:00Z').slice(0, 40));
    expect(await recoverSegment(path)).toEqual({
      path,
      model: 'tiny',
      bytes: Buffer.byteLength(whole),
      rows: 4,
      setAside: 0,
      firstAt: new Date('2001-02-01T00:00:00Z'),
      lastAt: new Date('2001-02-02T00:00:00Z'),
    });
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('is removed when nothing whole is in it', async () => {
    await writeFile(join(directory, 'tiny.1.ndjson'), '{"inference_id":');
    expect(await recoverSegment(join(directory, 'tiny.1.ndjson'))).toBeUndefined();
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps its good rows when others cannot be read, and sets those aside', async () => {
    const path = join(directory, 'tiny.2.ndjson');
    const beyond = lines('b', '2001-02-01T00:00:00Z').replaceAll('2001-02-01', '+056183-06-12');
    const good = lines('a', '2001-02-02T00:00:00Z');
    await writeFile(path, `a shopping list\n${beyond}${good}`);
    expect(await recoverSegment(path)).toMatchObject({
      rows: 2,
      setAside: 3,
      firstAt: new Date('2001-02-02T00:00:00Z'),
      lastAt: new Date('2001-02-02T00:00:00Z'),
    });
    expect(await readFile(path, 'utf8')).toBe(good);
    expect(await readFile(`${path}.set-aside`, 'utf8')).toBe(`a shopping list\n${beyond}`);
  });
});
