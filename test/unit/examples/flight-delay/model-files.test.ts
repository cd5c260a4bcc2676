import { expect, it } from 'vitest';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkSpec } from '../../../../client/spec/check.js';

const file = (name: string): string => join(import.meta.dirname, '../../../../examples', name);
const read = (name: string): Record<string, Record<string, unknown>> =>
  parse(readFileSync(file(name), 'utf8')) as Record<string, Record<string, unknown>>;

it.each([
  'flight-delay/model-neural.yaml',
  'sagemaker/model.yaml',
  'weather-kind/model.yaml',
  'max-temperature/model.yaml',
])('examples/%s is valid', async (name) => {
  expect((await checkSpec(file(name))).problems).toEqual([]);
});

it('asks the same question of the network as of the trees: only trainer, reasons and threshold differ', () => {
  const [trees, network] = [read('flight-delay/model.yaml'), read('flight-delay/model-neural.yaml')];
  const shared = ({ model, training, charter, ...rest }: typeof trees) => {
    expect([typeof model, typeof training]).toEqual(['string', 'object']);
    const same = { ...rest, charter: { ...charter, decisions: [] } };
    return JSON.stringify(same).replaceAll(/"atLeast":0\.\d+/g, 'threshold');
  };
  expect(shared(network)).toBe(shared(trees));
});
