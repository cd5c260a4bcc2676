import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Scored } from '../../contracts/metrics/define-metric.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import type { Problem } from '../../contracts/problems/index.js';

/** A sample of rows with the predictions of two models. */
export interface Sample {
  candidate: Scored;
  champion: Scored;
  unit: Int32Array;
  units: number;
}

/** A population from which samples of any number of units can be drawn. */
export interface World {
  name: string;
  shape: Shape;
  metrics: readonly MetricName[];
  draw: (units: number, random: Random) => Sample;
}

export interface Random {
  uniform: () => number;
  /** Mean 0, variance 1, symmetric. */
  normal: () => number;
  /** Mean 0, variance 1, skewness 2: an exponential value minus its mean. */
  skewed: () => number;
}

/** One row: the truth, and the prediction of each model. */
interface Row {
  label: number;
  candidate: number[];
  champion: number[];
}

/** Random numbers of one seed. Samples share one generator: those of neighbouring seeds are not independent. */
export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator) || Number.MIN_VALUE;
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
    skewed: () => -Math.log(uniform()) - 1,
  };
}

/** How the effects of the units are distributed: symmetric, or with rare units that differ much from all others. */
type Shape = 'normal' | 'skewed';

/** Units of 5 to 50 rows, small ones being common, whose rows share one effect. */
function sampleOf(
  shape: Shape,
  problem: Problem,
  units: number,
  random: Random,
  row: (random: Random, effect: number) => Row,
) {
  const found: (Row & { unit: number })[] = [];
  for (let unit = 0; unit < units; unit += 1) {
    const effect = random[shape]();
    const rows = 5 + Math.floor(45 * random.uniform() ** 3);
    for (let n = 0; n < rows; n += 1) found.push({ ...row(random, effect), unit });
  }
  const scored = (model: 'candidate' | 'champion'): Scored => ({
    problem,
    label: found.map(({ label }) => label),
    prediction: Float32Array.from(found.flatMap((one) => one[model])),
    width: found[0]?.[model].length ?? 0,
  });
  return {
    candidate: scored('candidate'),
    champion: scored('champion'),
    unit: Int32Array.from(found, ({ unit }) => unit),
    units,
  };
}

function softmax(logits: number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Three classes, the rarest with about 8 % of the rows. The champion does not know what a unit's rows share. */
const classes = (shape: Shape): World => ({
  name: `multiclass, ${shape} units`,
  shape,
  metrics: ['log_loss', 'f1_macro', 'accuracy'],
  draw: (units, random) =>
    sampleOf(
      shape,
      { type: 'multiclass-classification', classes: ['common', 'second', 'rare'] },
      units,
      random,
      ({ uniform, normal }, effect) => {
        const own = [1.6 + 1.2 * normal(), 0.3 + 1.2 * normal(), -1.2 + 1.2 * normal()];
        const [first = 0, second = 0, third = 0] = own;
        const truth = softmax([first, second + 0.8 * effect, third + 0.8 * effect]);
        const draw = uniform();
        const label = truth.findIndex(
          (_, of) => draw < truth.slice(0, of + 1).reduce((sum, p) => sum + p, 0),
        );
        const blurred = own.map((logit, of) => logit + 0.5 * normal() + (of === 0 ? 0 : 0.5 * effect));
        return { label: Math.max(label, 0), candidate: softmax(blurred), champion: softmax(own) };
      },
    ),
});

/** A number with a skewed error. The champion does not know what a unit's rows share. */
const numbers = (shape: Shape): World => ({
  name: `regression, ${shape} units`,
  shape,
  metrics: ['mae', 'rmse', 'pinball_loss'],
  draw: (units, random) =>
    sampleOf(
      shape,
      { type: 'regression', quantiles: [0.1, 0.5, 0.9] },
      units,
      random,
      ({ normal, skewed }, effect) => {
        const known = 3 * normal();
        const around = (centre: number): number[] => [centre, centre - 1, centre, centre + 1.5];
        return {
          label: known + effect + skewed(),
          candidate: around(known + 0.6 * effect + 0.5 * normal()),
          champion: around(known),
        };
      },
    ),
});

export const WORLDS: readonly World[] = [
  classes('normal'),
  numbers('normal'),
  classes('skewed'),
  numbers('skewed'),
];
