import type { EvaluationInput, Evidence } from '../../../contracts/evaluation.js';
import { value } from '../../../contracts/figures.js';
import { escape } from './html.js';
import { count, instant, thousands, unitNoun } from './words.js';

/**
 * Table of the evaluation inputs with their digests, by which the evaluation can be repeated.
 *
 * @param labels description of the labels of the test rows
 */
export function provenance(evidence: Evidence, input: EvaluationInput, labels: string): string {
  const code = (text: string): string => `<code>${escape(text)}</code>`;
  const rows: [string, string][] = [
    ['run', code(`${evidence.model}/${evidence.run}`)],
    [
      'held-out window',
      `${instant(evidence.window.from)} to ${instant(evidence.window.to)} (UTC, end excluded)`,
    ],
    ['test rows', `${thousands(evidence.rows)} on ${count(evidence.units, unitNoun(evidence))}; ${labels}`],
    ['training rows', thousands(input.train.rows)],
    ['features', escape(input.features.join(', '))],
    [
      'speed',
      `99 % of one-row inferences within ${value(evidence.latencyP99Ms)} ms, on the evaluating host, without HTTP`,
    ],
    ['candidate model', code(evidence.candidate.model.sha256)],
    ...(evidence.champion
      ? [['champion model', code(evidence.champion.model.sha256)] as [string, string]]
      : []),
    ['test table', code(input.test.artifact.sha256)],
    ['training table', code(input.train.artifact.sha256)],
    ['spec', code(input.specDigest)],
  ];
  return `<dl>${rows.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('')}</dl>`;
}
