import * as Plot from '@observablehq/plot';
import { topClass } from '../../../../contracts/metrics/arithmetic/top-class.js';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { COLOR, svg } from '../svg.js';
import { thousands } from '../words.js';

interface Square {
  truth: string;
  guess: string;
  rows: number;
  /** Share of the rows of the true class that were predicted as this class, 0–1. */
  share: number;
}

/** One square for each pair of a true and a predicted class. */
export function squaresOf(classes: readonly string[], { label, prediction, width }: Scored): Square[] {
  const counts = new Float64Array(width * width);
  const totals = new Float64Array(width);
  for (let row = 0; row < label.length; row += 1) {
    const truth = label[row] ?? 0;
    counts[truth * width + topClass(prediction, row, width)]! += 1;
    totals[truth]! += 1;
  }
  return classes.flatMap((truth, y) =>
    classes.map((guess, x) => {
      const rows = counts[y * width + x] ?? 0;
      return { truth, guess, rows, share: totals[y] ? rows / totals[y] : 0 };
    }),
  );
}

/** Squares above this share are dark, so their text is white. */
const DARK = 0.55;
/** With more classes than this the squares have no counts, because they would not fit. */
const MAX_NUMBERED = 12;

/** Confusion matrix with a row for each true class. The colour is the share that was predicted as each class. */
export function confusionPlot(classes: readonly string[], scored: Scored): string {
  const squares = squaresOf(classes, scored);
  const longest = Math.max(...classes.map((name) => name.length));
  const left = 24 + Math.min(longest, 18) * 7;
  const number = (dark: boolean) =>
    Plot.text(
      squares.filter(({ rows, share }) => rows > 0 && share > DARK === dark),
      {
        x: 'guess',
        y: 'truth',
        text: ({ rows }: Square) => thousands(rows),
        fill: dark ? '#fff' : '#0f172a',
      },
    );
  return svg(
    {
      width: 470,
      height: Math.min(470, 90 + 52 * classes.length),
      marginLeft: left,
      marginBottom: 46,
      marginTop: 10,
      padding: 0.04,
      x: { domain: classes, label: 'predicted', tickRotate: classes.length > 6 ? -30 : 0 },
      y: { domain: classes, label: 'true class' },
      color: { type: 'linear', domain: [0, 1], range: ['#f1f5f9', COLOR.candidate] },
      marks: [
        Plot.cell(squares, { x: 'guess', y: 'truth', fill: 'share', rx: 3 }),
        ...(classes.length <= MAX_NUMBERED ? [number(true), number(false)] : []),
      ],
    },
    'Predicted classes of the rows of each true class',
  );
}
