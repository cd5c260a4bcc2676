import { expect, it } from 'vitest';
import { coverageOf, truthOf } from '../../../bench/interval-coverage/coverage.js';
import { type Random, WORLDS } from '../../../bench/interval-coverage/worlds.js';

const FEW = { units: 14, samples: 80, resamples: 150, confidence: 0.95 };
const worlds = WORLDS.filter(({ shape }) => shape === 'normal');

/** The same sample, every row a unit of its own. */
const byRow = <S extends { unit: Int32Array; units: number }>(sample: S): S => ({
  ...sample,
  unit: Int32Array.from(sample.unit.keys()),
  units: sample.unit.length,
});

it.each(worlds)(
  'intervals over a few units hold the truth about as often as they say: $name',
  { timeout: 60_000 },
  async (world) => {
    for (const { metric, own, paired } of await coverageOf(world, truthOf(world, 5_000), FEW)) {
      expect(own, metric).toBeGreaterThan(0.8);
      expect(paired, metric).toBeGreaterThan(0.8);
    }
  },
);

it.each(worlds)(
  'intervals hold the truth less often when rows of a unit are taken for independent: $name',
  { timeout: 60_000 },
  async (world) => {
    const truth = truthOf(world, 5_000);
    const rows = { ...world, draw: (units: number, random: Random) => byRow(world.draw(units, random)) };
    const mean = async (of: typeof world) =>
      (await coverageOf(of, truth, FEW)).reduce((sum, { own, paired }) => sum + own + paired, 0) / 6;
    expect(await mean(rows)).toBeLessThan((await mean(world)) - 0.02);
  },
);
