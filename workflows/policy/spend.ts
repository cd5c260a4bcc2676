import type { Spend } from '../../contracts/training.js';

/** Seconds of all of them together. */
export const totalSpend = (spends: Spend[]): Spend => ({
  wallSeconds: spends.reduce((sum, spend) => sum + spend.wallSeconds, 0),
  cpuSeconds: spends.reduce((sum, spend) => sum + spend.cpuSeconds, 0),
  gpuSeconds: spends.reduce((sum, spend) => sum + spend.gpuSeconds, 0),
});
