import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../../activities/training/lease/beat.js';
import { spendOf } from '../../../../activities/training/outcome.js';

const spend = (wallSeconds: number, gpus = 2) => ({
  wallSeconds,
  cpuSeconds: 1,
  gpuSeconds: wallSeconds * gpus,
});
const beat = (wallSeconds: number, ended: Beat['ended'] = null): Beat => ({
  at: '2026-01-01T00:00:00Z',
  host: 'h',
  pid: 1,
  progress: null,
  usage: spend(wallSeconds),
  ended,
});
const startedAt = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => ({
  beatMs: 15_000,
  now: new Date(startedAt.getTime() + seconds * 1_000),
});

describe('the spend of an attempt', () => {
  it('is the backend’s record if there is one, whatever the beats contain', () => {
    expect(spendOf(spend(40), beat(30), { startedAt, claim: undefined }, after(600))).toEqual(spend(40));
  });

  it('is its last word, when it had one', () => {
    const last = beat(30, { code: 1, cause: 'trainer', reason: '' });

    expect(spendOf(null, last, { startedAt, claim: undefined }, after(600))).toEqual(spend(30));
  });

  it('goes on from the last beat until a kill that was seen at once', () => {
    expect(spendOf(null, beat(30), { startedAt, claim: undefined }, after(37))).toEqual(spend(37));
  });

  it('ends one beat interval after the last beat, however late it is computed', () => {
    expect(spendOf(null, beat(30), { startedAt, claim: undefined }, after(86_400))).toEqual(spend(45));
  });

  it('is at most one beat interval without a beat, and zero without a start', () => {
    expect(spendOf(null, undefined, { startedAt, claim: undefined }, after(86_400)).wallSeconds).toBe(15);
    expect(spendOf(null, undefined, { startedAt: null, claim: undefined }, after(86_400)).wallSeconds).toBe(
      0,
    );
  });

  it('begins with the claim of a job that was killed before it beat, GPUs included', () => {
    const claim = { nonce: 'n', host: 'h', pid: 1, at: startedAt.toISOString(), gpus: 4 };
    const row = { startedAt: null, claim };

    expect(spendOf(null, undefined, row, after(6))).toEqual({
      wallSeconds: 6,
      cpuSeconds: 0,
      gpuSeconds: 24,
    });
    expect(spendOf(null, undefined, row, after(86_400)).wallSeconds).toBe(15);
  });

  it('is never less than nothing when the clock of the job is ahead', () => {
    const claim = { nonce: 'n', host: 'h', pid: 1, at: '2026-01-01T01:00:00Z' };
    expect(spendOf(null, undefined, { startedAt: null, claim }, after(1)).wallSeconds).toBe(0);
  });
});
