import { describe, expect, it } from 'vitest';
import type { Scored } from '../../../../../contracts/metrics/define-metric.js';
import type { Problem } from '../../../../../contracts/problems/index.js';
import { squaresOf } from '../../../../../activities/evaluation/report/plots/confusion.js';
import { type Compared, problemReport } from '../../../../../activities/evaluation/report/problems/index.js';
import { promisedBy } from '../../../../../activities/evaluation/report/promised.js';

const compared = (own: Scored, other: Scored | null = null): Compared => ({
  problem: own.problem,
  own,
  other,
  colours: '',
  unit: 'day',
  units: { values: ['2015-01-01', '2015-01-02'], code: Int32Array.from(own.label, (_, row) => row % 2) },
});

function page(scored: Scored, other: Scored | null = null): string {
  const of = compared(scored, other);
  const report = problemReport(of);
  return [report.labels(of), ...report.overview(of), ...report.details(of)].join('\n');
}

const scored = (problem: Problem, label: number[], width: number, prediction: number[]): Scored => ({
  problem,
  label,
  width,
  prediction: Float32Array.from(prediction),
});

/** Text of the cells of a table's body, row by row. */
const cells = (html: string, title: string): string[][] => {
  const [table = ''] = /<tbody>.*?<\/tbody>/s.exec(html.slice(html.indexOf(title))) ?? [];
  return [...table.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<td.*?<\/td>/gs)].map(([cell]) => cell.replaceAll(/<[^>]*>/g, '')),
  );
};

const binary = scored({ type: 'binary-classification' }, [0, 1, 1, 1], 1, [0.2, 0.9, 0.6, 0.4]);
const kinds = scored(
  { type: 'multiclass-classification', classes: ['sun', 'rain', 'f<g'] },
  [0, 0, 1, 2],
  3,
  [0.8, 0.1, 0.1, 0.3, 0.6, 0.1, 0.2, 0.7, 0.1, 0.2, 0.5, 0.3],
);
const degrees = scored(
  { type: 'regression', quantiles: [0.1, 0.9] },
  [10, 20, 30, 40],
  3,
  [11, 9, 12, 18, 15, 19, 33, 25, 35, 40, 35, 45],
);

describe('the report of a binary problem', () => {
  it('shows calibration, ranking and scores', () => {
    const html = page(binary);

    expect(html).toContain('75 % of them positive');
    for (const title of ['Can its probabilities be believed?', 'rank the right rows', 'Scores, by label'])
      expect(html).toContain(title);
  });
});

describe('the report of a multiclass problem', () => {
  it('counts rows by true and predicted class', () => {
    const squares = squaresOf(['sun', 'rain', 'fog'], kinds).filter(({ rows }) => rows > 0);

    expect(squares).toEqual([
      { truth: 'sun', guess: 'sun', rows: 1, share: 0.5 },
      { truth: 'sun', guess: 'rain', rows: 1, share: 0.5 },
      { truth: 'rain', guess: 'rain', rows: 1, share: 1 },
      { truth: 'fog', guess: 'rain', rows: 1, share: 1 },
    ]);
  });

  it('gives precision, recall and F1 of each class, and the names of classes as text', () => {
    expect(cells(page(kinds), 'How well does it find each class?')).toEqual([
      ['sun', '2', '100 %', '50 %', '0.6667'],
      ['rain', '1', '33.3 %', '100 %', '0.5000'],
      ['f&#60;g', '1', '–', '0 %', '0.0000'],
    ]);
    expect(page(kinds)).not.toContain('f<g');
  });

  it('takes the probability of the predicted class for the promise', () => {
    const { score, happened } = promisedBy(kinds);

    expect([0, 1, 2, 3].map(score).map((p) => p.toFixed(1))).toEqual(['0.8', '0.6', '0.7', '0.5']);
    expect([0, 1, 2, 3].map(happened)).toEqual([true, false, true, false]);
  });

  it('shows the matrix of the champion beside that of the candidate', () => {
    expect(page(kinds)).not.toContain('And the champion?');
    expect(page(kinds, kinds)).toContain('And the champion?');
  });
});

describe('the report of a regression', () => {
  it('gives the range of the labels and the sizes of the errors', () => {
    const html = page(degrees);

    expect(html).toContain('labels from 10 to 40');
    expect(cells(html, 'How large are its errors?')).toContainEqual(['50 % of the rows', '1.5']);
    expect(cells(html, 'How large are its errors?')).toContainEqual(['all rows', '3']);
  });

  it('holds promised shares of the quantiles against observed ones', () => {
    expect(cells(page(degrees, degrees), 'Can its range be believed?')).toEqual([
      ['below quantile 0.1', '10 %', '0 %', '0 %'],
      ['below quantile 0.9', '90 %', '75 %', '75 %'],
      ['between quantiles 0.1 and 0.9', '80 %', '75 %', '75 %'],
    ]);
  });

  it('leaves the quantiles out when the model gives none', () => {
    const plain = scored({ type: 'regression' }, [1, 2], 1, [1, 3]);

    expect(page(plain)).not.toContain('Can its range be believed?');
  });
});

describe('the plots of a monitoring window', () => {
  const window = (own: Scored): string => problemReport(own).window(own, own.problem);

  it('show calibration and scores of a binary problem', () => {
    expect(window(binary).match(/<svg/g)).toHaveLength(2);
  });

  it('show which classes are confused, with their names as text', () => {
    expect(window(kinds)).toContain('rain');
    expect(window(kinds)).not.toContain('f<g');
  });

  it('show the sizes of the errors of a regression', () => {
    expect(window(degrees)).toContain('50 % of the rows');
  });
});
