import { describe, expect, it } from 'vitest';
import type { Search } from '../../../../contracts/spec/training.js';
import type { Leaderboard, Trial } from '../../../../contracts/training.js';
import { insert } from '../../../../workflows/policy/leaderboard.js';
import { studyDetails } from '../../../../workflows/study/study-details.js';

/** Removes the non-breaking spaces that the Web UI needs between columns. */
const plain = (text: string): string => text.replaceAll('\u00a0', '');

const trial = (n: number, state: Trial['state'], value: number | null = null): Trial => ({
  trial: n,
  params: { rate: 0.123456 },
  state,
  value,
  metrics: {},
  reason: state === 'failed' ? 'a | b\nc' : null,
});
type Objective = Pick<Search, 'objective'>;
const minimize: Objective = { objective: { metric: 'log_loss', goal: 'minimize' } };
const trials = [
  trial(0, 'failed'),
  trial(1, 'succeeded', 0.5),
  trial(2, 'running'),
  trial(3, 'succeeded', 0.4),
  trial(4, 'waiting'),
  trial(5, 'succeeded', 0.4),
];

/** The leaderboard after trials that ended one after the other. */
function boardOf({ objective }: Objective, size = 100): Leaderboard {
  const board: Trial[] = [];
  for (const each of trials) insert(board, each, { objective }, size);
  return { objective, done: 3, failed: 1, total: 6, trials: board };
}

describe('the leaderboard', () => {
  it('has the best first, then what runs, waits and failed; equal values by age', () => {
    expect(boardOf(minimize).trials.map((t) => t.trial)).toEqual([3, 5, 1, 2, 4, 0]);
  });

  it('has the highest first when the objective is maximised', () => {
    const board = boardOf({ objective: { metric: 'roc_auc', goal: 'maximize' } });
    expect(board.trials[0]?.trial).toBe(1);
  });

  it('keeps the best when it is full', () => {
    expect(boardOf(minimize, 2).trials.map((t) => t.trial)).toEqual([3, 5]);
  });

  it('comes with a bar, the best value, and the time to go at the rate since the study went on', () => {
    const board = boardOf(minimize);
    expect(studyDetails(board, 'Study', { over: 2, atMs: 0 }, 60_000)).toContain(
      '█████████████░░░░░░░ 66 %, best log_loss 0.40000, about 60 s to go',
    );
    // Without an ended or a running trial there is no rate, and no time to go.
    expect(studyDetails(board, 'Study', { over: 4, atMs: 0 }, 60_000)).not.toContain('to go');
    expect(studyDetails({ ...board, held: 'paused' }, 'Study', { over: 2, atMs: 0 }, 60_000)).not.toContain(
      'to go',
    );
  });

  it('is a Markdown table whose cells cannot break it', () => {
    const details = studyDetails(boardOf(minimize), 'Study of tiny r-1');
    expect(plain(details)).toContain('| ✓ 3 | 0.40000 | rate 0.1235 |');
    expect(plain(details)).toContain('| ✗ 0 |  | a \\| b c |');
  });
});
