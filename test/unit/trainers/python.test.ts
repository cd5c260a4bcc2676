import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const sdk = join(import.meta.dirname, '../../../trainers/python');

it('passes the tests of the Python SDK on the standard library alone', { timeout: 120_000 }, () => {
  const { status, stderr } = spawnSync(
    'python3',
    ['-B', '-I', '-m', 'unittest', 'discover', '-t', sdk, '-s', join(sdk, 'tests')],
    {
      cwd: sdk,
      encoding: 'utf8',
    },
  );
  expect(stderr).toMatch(/Ran (\d+) tests/);
  expect(status, stderr).toBe(0);
});
