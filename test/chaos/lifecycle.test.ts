import { expect, it } from 'vitest';
import { chaosOfLifecycles } from './lifecycle.js';

const said: string[] = [];

it('ends the same lifecycle promoted, each job paid once and nothing doubled, after kill -9 of a pool, each server, a job and everything', async () => {
  const result = await chaosOfLifecycles({
    kills: 6,
    seed: 1,
    perLife: 6,
    trials: 3,
    say: (line) => said.push(line),
  }).catch((error: unknown) => {
    throw new Error(`the runs did not come to their end; they told:\n${said.join('\n')}`, { cause: error });
  });

  expect(result.violations, said.join('\n')).toEqual([]);
  expect(result.hits).toEqual({
    temporal: 1,
    postgres: 1,
    'object-store': 1,
    job: 1,
    training: 1,
    everything: 1,
  });
  expect(result).toMatchObject({ kills: 6, lost: 0, doubled: 0, leftRunning: 0 });
}, 1_500_000);
