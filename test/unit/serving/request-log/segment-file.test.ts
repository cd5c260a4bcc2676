import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseInferenceRequest } from '../../../../serving/protocol/inference-request.js';
import { logLines } from '../../../../serving/request-log/log-line.js';
import { openSegment, recoverSegment } from '../../../../serving/request-log/segment-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mainspring-segment-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const lines = (id: string, at: string) =>
  logLines({
    model: 'tiny',
    request: parseInferenceRequest(
      {
        id,
        parameters: { event_time: at },
        inputs: [{ name: 'features', shape: [2, 2], datatype: 'FP32', data: [1, null, 0.1, 2] }],
      },
      ['a', 'b'],
    ),
    scores: Float32Array.of(0.5, 0.25),
    versions: [1, 2],
    candidateVersion: 2,
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
      firstAt: new Date('2001-02-01T00:00:00Z'),
      lastAt: new Date('2001-02-02T00:00:00Z'),
    });
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('is removed when nothing whole is in it, and set aside when it is something else', async () => {
    await writeFile(join(directory, 'tiny.1.ndjson'), '{"inference_id":');
    await writeFile(join(directory, 'tiny.2.ndjson'), 'a shopping list\n');
    expect(await recoverSegment(join(directory, 'tiny.1.ndjson'))).toBeUndefined();
    expect(await recoverSegment(join(directory, 'tiny.2.ndjson'))).toBeUndefined();
    expect(await readdir(directory)).toEqual(['tiny.2.ndjson.unreadable']);
  });
});
