import type { DataPipelineResult, SplitResult } from '../../contracts/data.js';
import type { ProblemName } from '../../contracts/problem.js';
import { problemTypes } from '../../contracts/problems/index.js';
import { setAsideIn } from './data-rejection.js';

const count = (rows: number): string => rows.toLocaleString('en');

/** Rows of a split with the figure of its train labels: `4 rows to train, 2 held out, base rate 0.250`. */
export const splitNote = ({ train, test, baseRate }: SplitResult, problem: ProblemName): string =>
  `${count(train.rows)} rows to train, ${count(test.rows)} held out, ${problemTypes[problem].baseRateName} ${baseRate.toFixed(3)}`;

/** The split, and the rows that are not in it: bad ones, and those whose labels are missing or come too late for their part. */
export function dataNote(data: DataPipelineResult, problem: ProblemName): string {
  const { raw, checked, features, split } = data;
  const aside = setAsideIn(raw) + setAsideIn(checked);
  const unlabelled = (checked.kept ?? features).rows - split.train.rows - split.test.rows;
  return [
    splitNote(split, problem),
    ...(aside > 0 ? [`${count(aside)} bad rows set aside`] : []),
    ...(unlabelled > 0 ? [`${count(unlabelled)} rows without a label in time`] : []),
  ].join(', ');
}
