import { describe, expect, it } from 'vitest';
import type { LifecycleState } from '../../../../contracts/lifecycle.js';
import { lifecycleDetails } from '../../../../workflows/lifecycle/lifecycle-details.js';

const state = (endedAt: string | null, outcome: LifecycleState['outcome'] = null): LifecycleState => ({
  model: 'tiny',
  run: 'first',
  stage: 'approval',
  stages: [
    {
      stage: 'approval',
      state: endedAt ? 'done' : 'running',
      startedAt: '2001-02-01T00:00:00.000Z',
      endedAt,
      note: '',
    },
  ],
  approval: null,
  version: 1,
  outcome,
});
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('details of a lifecycle', () => {
  it.each([
    ['2001-02-01T00:00:02.500Z', '2.5 s'],
    ['2001-02-01T00:22:56.000Z', '22 min 56 s'],
    ['2001-02-01T05:07:00.000Z', '5 h 7 min'],
    ['2001-02-08T03:00:00.000Z', '7 d 3 h'],
  ])('say of a stage that ended at %s that it took %s', (endedAt, took) => {
    expect(plain(lifecycleDetails(state(endedAt), ''))).toContain(`✓ approval    | ${took} `);
  });

  it('say how to stop a run only while it can be stopped', () => {
    expect(lifecycleDetails(state(null), '')).toContain('To stop it');
    expect(lifecycleDetails(state(null, 'promoted'), 'version 1 is the champion')).not.toContain('To stop');
  });
});
