import { significant } from '../../../../contracts/metrics/define-metric.js';
import type { RegressionProblem } from '../../../../contracts/problem.js';
import { section, twoColumns } from '../html.js';
import { predictedPlot } from '../plots/predicted.js';
import { residualPlot } from '../plots/residuals.js';
import { residualsByUnit } from '../plots/residuals-by-unit.js';
import { errorTable } from '../tables/error-table.js';
import { quantileTable } from '../tables/quantile-table.js';
import type { ProblemReport } from './problem-report.js';

const minus = (value: number): string => significant(value).replace('-', '−');

/** Sections on predictions against labels, errors over time and over the prediction, sizes of errors, and quantiles. */
export const regressionReport: ProblemReport<RegressionProblem> = {
  labels: ({ own: { label } }) => {
    const sorted = Float64Array.from(label).sort();
    const [low, high] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
    return `labels from ${minus(low)} to ${minus(high)}, median ${minus(sorted[sorted.length >> 1] ?? NaN)}`;
  },
  overview: ({ own, other, units, unit, problem, colours }) => [
    twoColumns(
      {
        title: 'Predictions against labels',
        lead: 'Each dot is a row of the candidate. On the dashed line the prediction is the truth.',
        body: predictedPlot(own),
      },
      {
        title: 'How large are its errors?',
        lead: 'So many rows have an error of at most this size, in the unit of the label.',
        body: errorTable(own, other),
      },
    ),
    section({
      title: 'Does it drift over time?',
      lead: `Errors (truth minus prediction) of each ${unit}: line: median; band: the middle 80 % of the candidate's rows. Errors that stay on one side of zero mean that the world has moved on.`,
      body: colours + residualsByUnit({ own, other, units }),
    }),
    ...(problem.quantiles
      ? [
          section({
            title: 'Can its range be believed?',
            lead: 'Of all labels, the share of a quantile should lie below it.',
            body: quantileTable(problem.quantiles, own, other),
          }),
        ]
      : []),
  ],
  details: ({ own }) => [
    section({
      title: 'Errors, by prediction',
      lead: 'Truth minus prediction. A cloud that bends or widens shows where the model is biased or unsure.',
      body: residualPlot(own),
    }),
  ],
  window: (own) => `<div class="two">${predictedPlot(own)}<div>${errorTable(own, null)}</div></div>`,
};
