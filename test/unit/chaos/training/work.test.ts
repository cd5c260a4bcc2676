import { describe, expect, it } from 'vitest';
import { type WorkEvidence, workIsPaidOnce, workOf } from '../../../chaos/training/work.js';

const at = (second: number): number => Date.parse('2001-01-01T00:00:00Z') + second * 1_000;
const claim = (second: number) => ({
  nonce: 'n',
  host: 'h',
  pid: 1,
  at: new Date(at(second)).toISOString(),
});
const spend = (wallSeconds: number) => ({ wallSeconds, cpuSeconds: 0, gpuSeconds: 0 });
const job = (attempt: number, wallSeconds: number) => ({
  jobKey: `j-a${attempt}`,
  intent: 'i',
  run: 'r',
  attempt,
  state: 'succeeded',
  spend: spend(wallSeconds),
});
const limits = { intervalMs: 2_000, slackMs: 3_000 };

/** Evidence of an attempt that was killed after 10 s with a checkpoint at 8 s, and of a second attempt that ended. */
const evidence = (change: Partial<WorkEvidence> = {}): WorkEvidence => ({
  jobs: [job(1, 10), job(2, 6)],
  claims: { 'j-a1': claim(0), 'j-a2': claim(20) },
  resumed: { 'j-a1': at(8) },
  results: { 'j-a2': at(26) },
  jobKills: { i: 1 },
  outages: [],
  ...change,
});
const faults = (change: Partial<WorkEvidence> = {}): string[] => {
  const all = evidence(change);
  return workIsPaidOnce(all, workOf(all, limits)).map(({ what }) => what);
};

describe('work', () => {
  it('is of use up to the last thing that counted', () => {
    expect(workOf(evidence(), limits).map(({ usefulSeconds }) => usefulSeconds)).toEqual([8, 6]);
  });

  it('is paid once when a killed process lost no more than one interval', () => {
    expect(faults()).toEqual([]);
  });

  it('is paid twice when a killed process lost more', () => {
    expect(faults({ resumed: { 'j-a1': at(4) } })).toEqual([
      'j-a1 was billed 10.0 s, of use were 4.0 s; at most 5.0 s may be lost',
    ]);
    expect(faults({ resumed: {} })).toHaveLength(1);
  });

  it('may lose more while the object store was away, as long as it was', () => {
    expect(faults({ resumed: { 'j-a1': at(4) }, outages: [{ from: at(5), to: at(7) }] })).toEqual([]);
  });

  it('is reported as paid twice when an attempt has no result and no process was killed', () => {
    expect(faults({ jobKills: {} })).toEqual(['i: 1 attempts gave no result, 0 were killed']);
  });

  it('ignores an attempt without a claim', () => {
    expect(faults({ jobs: [job(1, 0), job(2, 6)], claims: { 'j-a2': claim(20) }, resumed: {} })).toEqual([]);
  });
});
