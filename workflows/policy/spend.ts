import type { Spend } from '../../contracts/training.js';

/** Sum of several spends, in seconds. */
export const totalSpend = (spends: Spend[]): Spend => ({
  wallSeconds: spends.reduce((sum, spend) => sum + spend.wallSeconds, 0),
  cpuSeconds: spends.reduce((sum, spend) => sum + spend.cpuSeconds, 0),
  gpuSeconds: spends.reduce((sum, spend) => sum + spend.gpuSeconds, 0),
});
