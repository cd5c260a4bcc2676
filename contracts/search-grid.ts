import type { Dimension, ParamValue, Params, Search } from './spec/training.js';

interface Axis {
  count: number;
  at: (index: number) => ParamValue;
}

/** Values of one dimension; undefined for a range of fractions without a step, which has infinitely many. */
function axisOf(dimension: Dimension): Axis | undefined {
  if ('choice' in dimension)
    return { count: dimension.choice.length, at: (index) => dimension.choice[index] ?? '' };
  const [low, high] = 'int' in dimension ? dimension.int : dimension.float;
  const step = dimension.step ?? ('int' in dimension ? 1 : undefined);
  if (step === undefined) return undefined;
  // The small addend keeps the last value, which sums of fractions may narrowly miss.
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  return { count, at: (index) => Math.min(Number((low + index * step).toPrecision(12)), high) };
}

/** Dimensions from which no grid can be made. */
export const withoutGrid = (space: Search['space']): string[] =>
  Object.entries(space)
    .filter(([, dimension]) => !axisOf(dimension))
    .map(([name]) => name);

/** Number of points of a grid over the space. */
export const gridSize = (space: Search['space']): number =>
  Object.values(space).reduce((points, dimension) => points * (axisOf(dimension)?.count ?? 0), 1);

/** Point `n` of the grid: the last dimension changes fastest. */
export function gridPoint(space: Search['space'], n: number): Params {
  let rest = n;
  const point = Object.entries(space)
    .reverse()
    .map(([name, dimension]): [string, ParamValue] => {
      const axis = axisOf(dimension) ?? { count: 1, at: () => 0 };
      const index = rest % axis.count;
      rest = Math.floor(rest / axis.count);
      return [name, axis.at(index)];
    });
  return Object.fromEntries(point.reverse());
}
