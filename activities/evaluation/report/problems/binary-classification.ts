import { percent } from '../../../../contracts/figures.js';
import type { BinaryProblem } from '../../../../contracts/problem.js';
import { section, twoColumns } from '../html.js';
import { calibrationPlot } from '../plots/calibration.js';
import { rocPlot } from '../plots/roc.js';
import { scoreHistogram } from '../plots/score-histogram.js';
import type { ProblemReport } from './problem-report.js';

/** Sections on calibration, ranking and the distribution of scores. */
export const binaryReport: ProblemReport<BinaryProblem> = {
  labels: ({ own: { label } }) => {
    const positives = Array.from(label).reduce((sum, one) => sum + one, 0);
    return `${percent(positives / label.length)} of them positive`;
  },
  overview: ({ own, other, colours }) => [
    twoColumns(
      {
        title: 'Can its probabilities be believed?',
        lead: 'Of the rows promised 30 %, about 30 % should happen: on the dashed line both agree.',
        body: colours + calibrationPlot(own, other),
      },
      {
        title: 'Does it rank the right rows first?',
        lead: 'The further a curve bends up and left, the fewer false alarms for the same catch.',
        body: colours + rocPlot(own, other),
      },
    ),
  ],
  details: ({ own, other }) => [
    section({
      title: 'Scores, by label',
      lead: `Bars: candidate${other ? '; line: champion' : ''}. A useful model gives rows of label 0 low scores and rows of label 1 high ones.`,
      body: scoreHistogram(own, other),
    }),
  ],
  window: (own) => `<div class="two">${calibrationPlot(own, null)}</div>${scoreHistogram(own, null)}`,
};
