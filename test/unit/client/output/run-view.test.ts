import { describe, expect, it } from 'vitest';
import type { Watched } from '../../../../client/operations/watch.js';
import { openPaint } from '../../../../client/output/paint.js';
import { changes, showStatus } from '../../../../client/output/run-view.js';

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
  approval: null,
  ended: null,
  ...change,
});

describe('watch without a terminal', () => {
  it('says a line for each stage that moved, and nothing twice', () => {
    expect(changes(undefined, look())).toEqual(['charter: done – roc_auc at least 0.75', 'data: running']);
    expect(changes(look(), look())).toEqual([]);
  });

  it('says once that no worker answers, and does not repeat what is known', () => {
    const away = look({ source: 'database' }, '');
    expect(changes(look(), away)).toEqual(['no worker answers: this is the last state on record']);
    expect(changes(away, away)).toEqual([]);
  });
});

describe('status', () => {
  it('shows each stage with its time and figures, without colours where nobody sees them', () => {
    const text = showStatus(look(), openPaint(false), Date.parse(at) + 65_000);
    expect(text).toContain('tiny/r-1  in stage data');
    expect(text).toMatch(/✓ charter +1\.5 s +roc_auc at least 0\.75/);
    expect(text).toMatch(/▶ data +1 min 05 s/);
    expect(text).not.toContain('\u001b');
    expect(showStatus(look(), openPaint(true), Date.parse(at))).toContain('\u001b');
  });
});
