import type { SplitResult } from '../../contracts/data.js';
import type { ProblemName } from '../../contracts/problem.js';
import { problemTypes } from '../../contracts/problems/index.js';

const count = (rows: number): string => rows.toLocaleString('en');

/** Rows of a split with the figure of its train labels: `4 rows to train, 2 held out, base rate 0.250`. */
export const splitNote = ({ train, test, baseRate }: SplitResult, problem: ProblemName): string =>
  `${count(train.rows)} rows to train, ${count(test.rows)} held out, ${problemTypes[problem].baseRateName} ${baseRate.toFixed(3)}`;
