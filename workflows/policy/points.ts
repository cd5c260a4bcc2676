import { gridPoint } from '../../contracts/search-grid.js';
import type { Params, Search } from '../../contracts/spec/training.js';
import { sampleTrial } from './search-space.js';

/** True for algorithms whose points come from the suggester process. */
export const isSuggested = ({ algorithm }: Search): boolean => algorithm === 'sobol' || algorithm === 'tpe';

/** Point of trial `n`, for algorithms that do not depend on earlier results. */
export const pointOf = ({ algorithm, space }: Search, seed: number, n: number): Params =>
  algorithm === 'grid' ? gridPoint(space, n) : sampleTrial(space, seed, n);
