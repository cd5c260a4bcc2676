import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followRungs } from '../../../wrapper/rung-reports.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-rungs-'));
  path = join(folder, 'progress.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const line = (step: number, loss?: number) =>
  `${JSON.stringify({ ts: 1, step, metrics: loss === undefined ? {} : { loss } })}\n`;
const follow = () => followRungs({ progress: path, base: folder }, { metric: 'loss', steps: [10, 30, 90] });

describe('rungs of a trial', () => {
  it('are reported by the first line at or after each', async () => {
    const rungs = follow();
    expect(await rungs.look()).toBe(false);
    await appendFile(path, line(9, 0.9) + line(10, 0.8) + line(11, 0.7));
    expect(await rungs.look()).toBe(true);
    await appendFile(path, line(29, 0.6) + line(31, 0.5));
    expect(await rungs.look()).toBe(true);
    expect(await rungs.look()).toBe(false);
    expect(rungs.reports).toEqual([
      { rung: 10, step: 10, value: 0.8 },
      { rung: 30, step: 31, value: 0.5 },
    ]);
  });

  it('count only as the last one if a line skips several', async () => {
    const rungs = follow();
    await appendFile(path, line(95, 0.4));
    await rungs.look();
    await appendFile(path, line(96, 0.3));
    await rungs.look();
    expect(rungs.reports).toEqual([{ rung: 90, step: 95, value: 0.4 }]);
  });

  it('wait for the rest of a line, and for the metric', async () => {
    const rungs = follow();
    const whole = line(10, 0.8);
    await appendFile(path, line(10) + whole.slice(0, 20));
    expect(await rungs.look()).toBe(false);
    await appendFile(path, `${whole.slice(20)}no json\n`);
    expect(await rungs.look()).toBe(true);
    expect(rungs.reports).toEqual([{ rung: 10, step: 10, value: 0.8 }]);
  });

  it('are read once however many look at the same time', async () => {
    const rungs = follow();
    await appendFile(path, line(10, 0.8) + line(30, 0.7));
    await Promise.all([rungs.look(), rungs.look(), rungs.look()]);
    await appendFile(path, line(90, 0.6));
    await Promise.all([rungs.look(), rungs.look()]);
    expect(rungs.reports.map(({ rung }) => rung)).toEqual([10, 30, 90]);
  });
});
