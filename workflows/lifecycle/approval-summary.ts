import type { EvaluationResult, Metrics } from '../../contracts/evaluation.js';
import { table } from '../policy/markdown.js';

const show = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(4));

/** Markdown for the approver: the figures, and the address of the full report. */
export function approvalSummary(model: string, version: number, { evidence }: EvaluationResult): string {
  const { candidate, champion } = evidence.metrics;
  const metrics = Object.keys(candidate) as (keyof Metrics)[];
  const held = `${evidence.rows.toLocaleString('en')} rows of ${evidence.units} units, ${evidence.window.from.slice(0, 10)} to ${evidence.window.to.slice(0, 10)}`;
  return [
    `**${model} version ${version}** asks to go live. Judged on ${held}, which it has never seen.`,
    '',
    ...table(
      [
        'metric',
        'candidate',
        `champion${evidence.champion?.version ? ` (version ${evidence.champion.version})` : ''}`,
        'difference',
      ],
      metrics.map((metric) => {
        const paired = evidence.paired.find((difference) => difference.metric === metric);
        const difference = paired
          ? `${show(paired.difference)} [${show(paired.low)}, ${show(paired.high)}]`
          : '–';
        return [metric, show(candidate[metric]), show(champion?.[metric]), difference];
      }),
    ),
    '',
    `Full report: \`mainspring report ${evidence.run}\`.`,
  ].join('\n');
}
