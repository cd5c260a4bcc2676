import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobKeyOf } from '../../../../activities/training/job-key.js';

describe('the name of an attempt', () => {
  it('is base32 of the digest of its intent', () => {
    // printf 'tiny/r-1/trial-0' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c1-20
    expect(jobKeyOf('tiny/r-1/trial-0', 2)).toBe('ms-3ymlgxn52wbfcmzoptae-a2');
  });

  it('is a DNS label that differs for every intent and attempt', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 1e6 }), (one, other, attempt) => {
        const key = jobKeyOf(one, attempt);
        expect(key).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(key === jobKeyOf(other, attempt)).toBe(one === other);
        expect(key).not.toBe(jobKeyOf(one, attempt + 1));
      }),
    );
  });
});
