import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exampleNames } from '../../../../infra/dev/main-job.js';

it('takes every folder of examples with an example.ts for an example', async () => {
  expect(exampleNames()).toEqual(['flight-delay', 'max-temperature', 'weather-kind']);
});

it.each(exampleNames())(
  'examples/%s has its model file and a span of traffic after its first life',
  async (name) => {
    const { example } = (await import(`../../../../examples/${name}/example.ts`)) as {
      example: { modelFile: string; asOf: string; trafficUntil: string };
    };

    expect(existsSync(example.modelFile)).toBe(true);
    expect(Date.parse(example.trafficUntil)).toBeGreaterThan(Date.parse(example.asOf));
  },
);
