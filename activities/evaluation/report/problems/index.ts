import type { Problem, ProblemName } from '../../../../contracts/problems/index.js';
import type { ProblemNamed } from '../../../../contracts/problems/problem-type.js';
import { binaryReport } from './binary-classification.js';
import { multiclassReport } from './multiclass-classification.js';
import type { Compared, ProblemReport } from './problem-report.js';
import { regressionReport } from './regression.js';

export type { Compared, ProblemReport } from './problem-report.js';

/** The report module of every problem type. A problem type without a module does not compile. */
const reports: { [Name in ProblemName]: ProblemReport<ProblemNamed<Name>> } = {
  'binary-classification': binaryReport,
  'multiclass-classification': multiclassReport,
  regression: regressionReport,
};

/** The report of a problem's type. */
export const problemReport = ({ problem }: Pick<Compared, 'problem'>): ProblemReport<Problem> =>
  reports[problem.type];
