import { percent } from '../../../../contracts/figures.js';
import type { MulticlassProblem } from '../../../../contracts/problem.js';
import { escape, section, twoColumns } from '../html.js';
import { calibrationPlot } from '../plots/calibration.js';
import { confusionPlot } from '../plots/confusion.js';
import { scoreHistogram } from '../plots/score-histogram.js';
import { classTable } from '../tables/class-table.js';
import type { ProblemReport } from './problem-report.js';

/** Sections on the confusion of classes, the metrics of each class, and the calibration of the predicted class. */
export const multiclassReport: ProblemReport<MulticlassProblem> = {
  labels: ({ problem: { classes }, own: { label } }) => {
    const counts = new Float64Array(classes.length);
    for (let row = 0; row < label.length; row += 1) counts[label[row] ?? 0]! += 1;
    const most = counts.indexOf(Math.max(...counts));
    return `${classes.length} classes, the most frequent one is ${escape(classes[most] ?? '')} with ${percent((counts[most] ?? 0) / label.length)}`;
  },
  overview: ({ problem, own, other }) => [
    section({
      title: 'How well does it find each class?',
      lead: 'Precision: of the rows predicted so, the share that is. Recall: of the rows that are so, the share found. F1: their harmonic mean.',
      body: classTable(problem.classes, own, other),
    }),
    other
      ? twoColumns(
          {
            title: 'Which classes does it confuse?',
            lead: 'A row of the matrix shows what the candidate predicts for rows of one true class.',
            body: confusionPlot(problem.classes, own),
          },
          {
            title: 'And the champion?',
            lead: 'The same rows. Dark squares belong on the diagonal.',
            body: confusionPlot(problem.classes, other),
          },
        )
      : section({
          title: 'Which classes does it confuse?',
          lead: 'A row of the matrix shows what the model predicts for rows of one true class. Dark squares belong on the diagonal.',
          body: confusionPlot(problem.classes, own),
        }),
  ],
  details: ({ own, other, colours }) => [
    section({
      title: 'Can its probabilities be believed?',
      lead: 'Of the predictions with a probability of 80 %, about 80 % should be right: on the dashed line both agree.',
      body: colours + calibrationPlot(own, other, 'share that was right'),
    }),
    section({
      title: 'How sure is it when it is wrong?',
      lead: `Probability of the predicted class. Bars: candidate${other ? '; line: champion' : ''}. A useful model is less sure of the rows that it gets wrong.`,
      body: scoreHistogram(own, other, ['wrong', 'right']),
    }),
  ],
  window: (own, { classes }) =>
    `<div class="two">${confusionPlot(classes, own)}${calibrationPlot(own, null, 'share that was right')}</div>`,
};
