import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobKeyOf } from '../../../../activities/training/job-key.js';
import { headKey } from '../../../../activities/training/lease/head.js';

describe('the name of an attempt', () => {
  it('is base32 of the digests of its installation and its intent', () => {
    // printf 'engine-1' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c1-10
    expect(jobKeyOf({ intent: 'tiny/r-1/trial-0', engineId: 'engine-1' }, 2)).toBe(
      'ms-wuv56oztrc-3ymlgxn52wbfcmzoptae-a2',
    );
  });

  it('of an intent that an earlier version began stays as it was', () => {
    // printf 'tiny/r-1/trial-0' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c1-20
    expect(jobKeyOf({ intent: 'tiny/r-1/trial-0' }, 2)).toBe('ms-3ymlgxn52wbfcmzoptae-a2');
    expect(headKey({ intent: 'tiny/r-1/trial-0' })).toBe('heads/tiny/r-1/trial-0.json');
  });

  it('is a DNS label that differs for every installation, intent and attempt', () => {
    const text = fc.string();
    const attempts = fc.integer({ min: 1, max: 1e6 });
    fc.assert(
      fc.property(text, text, text, text, attempts, (engineId, another, one, other, attempt) => {
        const key = jobKeyOf({ intent: one, engineId }, attempt);
        expect(key).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(key === jobKeyOf({ intent: other, engineId }, attempt)).toBe(one === other);
        expect(key === jobKeyOf({ intent: one, engineId: another }, attempt)).toBe(engineId === another);
        expect(key).not.toBe(jobKeyOf({ intent: one, engineId }, attempt + 1));
        expect(key).not.toBe(jobKeyOf({ intent: one }, attempt));
      }),
    );
  });
});

it('the head of an intent has another key in every installation, whatever its id contains', () => {
  const intent = 'tiny/r-1/trial-0';
  const keys = ['engine-1', 'engine-2', 'tiny', '../x', ''].map((engineId) => headKey({ intent, engineId }));
  expect(new Set([...keys, headKey({ intent })]).size).toBe(6);
  for (const key of keys) expect(key).toMatch(/^heads\/_[a-z2-7]{10}\/tiny\/r-1\/trial-0\.json$/);
});
