import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Search } from '../../../../contracts/spec/training.js';
import { StudyState, type TrialReport } from '../../../../contracts/study.js';
import {
  BOARD_SIZE,
  isOver,
  leaderboardOf,
  left,
  openState,
  endTrial,
} from '../../../../workflows/policy/study-state.js';

const search = Search.parse({
  trials: 400,
  parallel: 10,
  objective: { metric: 'loss', goal: 'minimize' },
  space: { rate: { float: [0, 1] } },
});
const spend = { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 };
const report = (trial: number, change: Partial<TrialReport> = {}): TrialReport => ({
  trial,
  state: 'succeeded',
  value: trial / 1_000,
  metrics: { loss: trial / 1_000 },
  reason: null,
  step: null,
  spend,
  ...change,
});
const flying = (...trials: number[]): StudyState => ({
  ...openState(search),
  next: trials.length,
  inFlight: trials.map((trial) => ({ trial, params: { rate: trial } })),
});

describe('the state of a study', () => {
  it('counts a trial once, however often it says that it is over', () => {
    const state = flying(0, 1);
    expect(endTrial(state, report(0), search)).toBe(true);
    expect(endTrial(state, report(0), search)).toBe(false);
    expect(endTrial(state, report(0, { state: 'failed' }), search)).toBe(false);
    expect(state).toMatchObject({ succeeded: 1, failed: 0, spend: { wallSeconds: 1 } });
    expect(state.unrecorded.map(({ trial }) => trial)).toEqual([0]);
  });

  it('keeps every trial and the best one, for any order and any ends', () => {
    const ends = fc.constantFrom<TrialReport['state']>('succeeded', 'failed', 'stopped', 'cancelled');
    fc.assert(
      fc.property(fc.array(fc.tuple(ends, fc.double({ noNaN: true })), { maxLength: 300 }), (trials) => {
        const state = flying(...trials.keys());
        trials.forEach(([end, value], trial) =>
          endTrial(state, report(trial, { state: end, value: end === 'failed' ? null : value }), search),
        );
        expect(state.succeeded + state.stopped + state.failed).toBe(trials.length);
        expect(state.unrecorded).toHaveLength(trials.length);
        expect(state.board.length).toBe(Math.min(trials.length, BOARD_SIZE));
        const won = trials.filter(([end]) => end === 'succeeded').map(([, value]) => value);
        const shown = state.board.filter((trial) => trial.state === 'succeeded').map(({ value }) => value);
        expect(shown).toEqual(won.sort((a, b) => a - b).slice(0, BOARD_SIZE));
      }),
    );
  });

  it('does not grow with the number of trials that are over', () => {
    const sizes = [1_000, 2_000].map((trials) => {
      const state = flying(...Array(trials).keys());
      for (let trial = 0; trial < trials; trial++) endTrial(state, report(trial), search);
      state.unrecorded.length = 0;
      return JSON.stringify(state).length;
    });
    expect(sizes[1]! - sizes[0]!).toBeLessThan(500);
    expect(sizes[0]).toBeLessThan(100_000);
  });

  it('is over when all trials have run, or when it was stopped and no trial is in flight', () => {
    const state = { ...flying(0), next: 400 };
    expect(isOver(state)).toBe(false);
    endTrial(state, report(0), search);
    expect(isOver(state)).toBe(true);
    const stopped = { ...flying(0), ended: { by: 'me', reason: 'enough', at: '2026-01-01T00:00:00.000Z' } };
    expect(isOver(stopped)).toBe(false);
    expect(left(stopped)).toBe(399);
    endTrial(stopped, report(0, { state: 'cancelled', value: null }), search);
    expect(isOver(stopped)).toBe(true);
    expect(stopped).toMatchObject({ stopped: 1, failed: 0 });
    expect(stopped.board[0]?.reason).toBe('the study was stopped: enough');
  });

  it('counts a trial as failed if it was cancelled alone, and as stopped if the whole study was cancelled', () => {
    const reason = 'its job was cancelled';
    const alone = flying(0);
    endTrial(alone, report(0, { state: 'cancelled', value: null, reason }), search);
    expect(alone.board[0]).toMatchObject({ state: 'failed', reason });
    const whole = flying(0);
    endTrial(whole, report(0, { state: 'cancelled', value: null, reason }), search, true);
    expect(whole.board[0]).toMatchObject({ state: 'stopped', reason: 'the study was cancelled' });
  });

  it('shows running trials after ended ones, and why no new trial starts', () => {
    const state = flying(0, 1, 2);
    endTrial(state, report(1, { state: 'stopped', step: 10 }), search);
    endTrial(state, report(2), search);
    state.paused = { by: 'ines', reason: 'night', at: '2026-01-01T00:00:00.000Z' };
    const board = leaderboardOf(state, search);
    expect(board.trials.map((trial) => `${trial.trial} ${trial.state}`)).toEqual([
      '2 succeeded',
      '0 running',
      '1 stopped',
    ]);
    expect(board).toMatchObject({ done: 1, stopped: 1, running: 1, total: 400 });
    expect(board.held).toContain('Paused by ines');
  });

  it('survives the way into the next run', () => {
    const state = flying(0, 1);
    endTrial(state, report(0), search);
    expect(StudyState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });
});
