import { describe, expect, it } from 'vitest';
import { isOurs } from '../../../contracts/job-owner.js';

const marked = 'ms-wuv56oztrc-3ymlgxn52wbfcmzoptae-a2';
const unmarked = 'ms-3ymlgxn52wbfcmzoptae-a2';

describe('a job', () => {
  it.each([
    ['with our label', marked, 'engine-1', true],
    ['with another label', marked, 'engine-2', false],
    ['without a label', marked, undefined, false],
    ['of an unnamed installation, under a marked name', marked, 'local', false],
    ['of an earlier version with our label', unmarked, 'engine-1', true],
    ['of an earlier version of an unnamed installation', unmarked, 'local', true],
    ['of an earlier version with another label', unmarked, 'engine-2', false],
  ])('%s: ours is %s', (_, jobKey, engineId, expected) => {
    expect(isOurs({ jobKey, engineId }, 'engine-1')).toBe(expected);
  });
});
