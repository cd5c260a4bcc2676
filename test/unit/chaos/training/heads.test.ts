import { describe, expect, it } from 'vitest';
import type { Head } from '../../../../activities/training/lease/head.js';
import { fellBack } from '../../../chaos/training/heads.js';

const manifest = (sha256: string) => ({ uri: 's3://b/m', sha256, bytes: 1, mediaType: 'application/json' });
const head = (change: Partial<Head> = {}): Head => ({
  attempt: 2,
  cancelled: false,
  checkpoint: { step: 5, attempt: 1, manifest: manifest('c') },
  result: { attempt: 2, manifest: manifest('r') },
  ...change,
});

describe('a head', () => {
  it('may grow in attempt and step', () => {
    const before = head({ result: null });
    expect(fellBack(before, before)).toBeNull();
    expect(fellBack(before, head({ attempt: 3 }))).toBeNull();
    expect(
      fellBack(before, head({ checkpoint: { step: 6, attempt: 2, manifest: manifest('d') } })),
    ).toBeNull();
  });

  it.each([
    ['a lower attempt', { attempt: 1 }, 'attempt 2 became 1'],
    ['an earlier step', { checkpoint: { step: 4, attempt: 2, manifest: manifest('d') } }, 'step 5 became 4'],
    ['no checkpoint', { checkpoint: null }, 'step 5 became none'],
    ['another result', { result: { attempt: 2, manifest: manifest('x') } }, 'its result was replaced'],
    ['no result', { result: null }, 'its result was replaced'],
  ])('fell back with %s', (_, change, fault) => {
    expect(fellBack(head(), head(change))).toBe(fault);
  });
});
