import { describe, expect, it } from 'vitest';
import { progressFigures } from '../../../../contracts/progress.js';
import type { JobView, Leaderboard } from '../../../../contracts/training.js';
import type { Watched } from '../../../../operations/lifecycles/watch.js';
import { openPaint } from '../../../../client/output/paint.js';
import { changes, showStatus, showWatched } from '../../../../client/output/run-view.js';

const at = '2001-02-01T00:00:00.000Z';
const look = (change: Partial<Watched> = {}, note = 'roc_auc at least 0.75'): Watched => ({
  state: {
    model: 'tiny',
    run: 'r-1',
    stage: 'data',
    stages: [
      { stage: 'charter', state: 'done', startedAt: at, endedAt: '2001-02-01T00:00:01.500Z', note },
      { stage: 'data', state: 'running', startedAt: at, endedAt: null, note: '' },
      { stage: 'training', state: 'waiting', startedAt: null, endedAt: null, note: '' },
    ],
    approval: null,
    version: null,
    outcome: null,
  },
  record: null,
  source: 'workflow',
  leaderboard: null,
  jobs: [],
  troubles: [],
  fullDisks: [],
  approval: null,
  ended: null,
  ...change,
});

describe('watch without a terminal', () => {
  it('prints one line for each stage that changed, and no line twice', () => {
    expect(changes(undefined, look())).toEqual(['charter: done – roc_auc at least 0.75', 'data: running']);
    expect(changes(look(), look())).toEqual([]);
  });

  it('reports once that no worker answers, and repeats no known state', () => {
    const away = look({ source: 'database' }, '');
    expect(changes(look(), away)).toEqual(['no worker answers: this is the last state on record']);
    expect(changes(away, away)).toEqual([]);
  });

  it('says once what is tried again, and that a disk is full', () => {
    const trouble = {
      ...{ kind: 'retry' as const, workflow: 'data/tiny/r-1', type: 'data', model: 'tiny', run: 'r-1' },
      ...{ activity: 'extract', activityId: '3', attempt: 7, maximumAttempts: 0, since: at, next: null },
      ...{ reason: 'The object store does not answer.', remedy: 'Start it.' },
    };
    const held = look({ troubles: [trouble], fullDisks: ['/data: 3 MiB free'] });
    expect(changes(look(), held)).toEqual([
      `data/tiny/r-1 tries extract again, attempt 7, since ${at}: The object store does not answer. Start it.`,
      'the disk is full: /data: 3 MiB free',
    ]);
    const later = { ...held, troubles: [{ ...trouble, attempt: 8 }], fullDisks: ['/data: 2 MiB free'] };
    expect(changes(held, later)).toEqual([]);
  });
});

describe('status', () => {
  it('shows each stage with its time and figures, without colours if the output is no terminal', () => {
    const text = showStatus(look(), openPaint(false), Date.parse(at) + 65_000);
    expect(text).toContain('tiny/r-1  in stage data');
    expect(text).toMatch(/✓ charter +1\.5 s +roc_auc at least 0\.75/);
    expect(text).toMatch(/▶ data +1 min 05 s/);
    expect(text).not.toContain('\u001b');
    expect(showStatus(look(), openPaint(true), Date.parse(at))).toContain('\u001b');
  });

  it('names a full disk', () => {
    const text = showStatus(look({ fullDisks: ['/data: 3 MiB free'] }), openPaint(false), Date.parse(at));
    expect(text).toContain('The disk is full: /data: 3 MiB free');
  });
});

describe('watch on a terminal', () => {
  it('shows of each job a bar, its metrics, their curve and the time to go', () => {
    const points = [100, 200, 300].map((step) => ({
      step,
      total: 400,
      metrics: { loss: 1 / step },
      at: new Date(Date.parse(at) + step * 1_000).toISOString(),
    }));
    const job: JobView = {
      jobKey: 'ms-key-a1',
      intent: 'tiny/r-1/trial-3',
      attempt: 1,
      backend: 'local',
      state: 'running',
      class: null,
      nativeId: '1',
      reason: null,
      specDigest: '0'.repeat(64),
      spend: null,
      createdAt: at,
      endedAt: null,
    };
    const jobs = [{ job, progress: points[2]!, figures: progressFigures(points) }];
    const leaderboard: Leaderboard = {
      objective: { metric: 'loss', goal: 'minimize' },
      done: 2,
      failed: 1,
      stopped: 1,
      total: 8,
      trials: [],
    };
    const text = showWatched(look({ jobs, leaderboard }), openPaint(false), Date.parse(at));
    expect(text).toContain('██████████░░░░░░░░░░ 2 of 8 trials done, 1 failed');
    expect(text).toMatch(
      /trial-3 +running +█████████░░░ 75 % {2}step 300 of 400 {2}loss 0\.003333 {2}█▃▁ {2}2 min to go/,
    );
  });
});
