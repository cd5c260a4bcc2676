import { expect, it } from 'vitest';
import { chaosOfTraining } from './training.js';

const said: string[] = [];

it('trains every intent once, and pays no work twice but the last moments of a killed process, after kill -9 of each part, a reset and second deliveries', async () => {
  const result = await chaosOfTraining({ kills: 9, seed: 1, say: (line) => said.push(line) });

  expect(result.violations, said.join('\n')).toEqual([]);
  expect(result).toMatchObject({ kills: 9, lost: 0, doubled: 0, leftRunning: 0 });
  expect(Object.keys(result.hits)).toEqual(
    expect.arrayContaining(['job', 'wrapper', 'trainer', 'training', 'control', 'temporal', 'postgres']),
  );
  expect(result.jobs).toBeGreaterThan(result.intents);
  expect(result.headsSeen).toBeGreaterThan(10);
}, 1_500_000);
