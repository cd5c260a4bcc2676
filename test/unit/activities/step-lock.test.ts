import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { STEP_VERSIONS } from '../../../activities/step-versions.js';
import { StepLock, stepsNow, undeclared } from '../../../schema/step-sources.js';

it('the code behind every remembered step is as its version or a reason declares it (npm run steps)', async () => {
  const lock = StepLock.parse(
    JSON.parse(readFileSync(new URL('step-sources.lock.json', import.meta.url), 'utf8')),
  );
  const now = await stepsNow(fileURLToPath(new URL('../../..', import.meta.url)), STEP_VERSIONS);
  expect(undeclared(lock, now)).toEqual([]);
}, 120_000);
