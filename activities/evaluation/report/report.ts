import type { EvaluationInput, Evidence } from '../../../contracts/evaluation.js';
import { metricLabel } from '../../../contracts/figures.js';
import { gateOf, metricsOfGates } from '../../../contracts/gates/gate-of.js';
import type { MetricName } from '../../../contracts/metrics/index.js';
import type { ScoredRows } from '../scored-rows.js';
import { type Statistics, metricsToCompute } from '../statistics.js';
import { answer, metricTable } from './headline.js';
import { escape, page, section } from './html.js';
import { unitPlot } from './plots/unit-differences.js';
import { type Compared, problemReport } from './problems/index.js';
import { provenance } from './provenance.js';
import { sliceTable } from './slice-table.js';
import { COLOR, key } from './svg.js';
import { count, instant, modelNames, thousands, unitNoun } from './words.js';

export interface ReportInput {
  evidence: Evidence;
  scored: ScoredRows;
  statistics: Statistics;
  input: EvaluationInput;
}

/** The metric of the report's first sentence: that of the comparison gate, otherwise the first metric of the spec. */
function leadingMetric({ evaluation }: EvaluationInput): MetricName {
  const comparing = evaluation.gates.filter((gate) => gateOf(gate).compares);
  return metricsOfGates(comparing)[0] ?? metricsToCompute(evaluation)[0] ?? 'log_loss';
}

/** The evidence as one HTML page for approvers. It begins with the conclusion; figures and plots follow. */
export function reportHtml({ evidence, scored, statistics, input }: ReportInput): string {
  const lead = leadingMetric(input);
  const metrics = metricsToCompute(input.evaluation);
  const unit = unitNoun(evidence);
  const names = modelNames(evidence);
  const own = { ...scored, prediction: scored.candidate };
  const other = scored.champion && { ...scored, prediction: scored.champion };
  const question = evidence.champion
    ? `${evidence.model}: should this candidate replace version ${evidence.champion.version ?? '?'}?`
    : `${evidence.model}: should this candidate become the first version?`;
  const colours = key([
    [COLOR.candidate, names.candidate],
    ...(other ? ([[COLOR.champion, names.champion]] as const) : []),
  ]);
  const compared: Compared = { problem: scored.problem, own, other, colours, units: scored.unit, unit };
  const problem = problemReport(compared);

  const parts = [
    `<h1>${escape(question)}</h1>`,
    `<p class="facts">Judged on ${thousands(evidence.rows)} rows that neither training nor search has seen: ${count(evidence.units, unit)}, ${instant(evidence.window.from)} to ${instant(evidence.window.to)}; ${problem.labels(compared)}.${other ? ' Both models scored the same rows.' : ''}</p>`,
    answer(evidence, lead, scored.problem),
    section({
      title: 'The figures',
      lead: `Intervals show how the figures would vary with other ${unit}s: whole ${unit}s are resampled, since rows of one ${unit} are alike.`,
      body: metricTable(evidence, metrics, scored.problem),
    }),
    section({
      title: other ? `Each ${unit}: where the candidate gained and lost` : `Each ${unit}`,
      lead: other
        ? `${metricLabel(lead)}: green bars up, the candidate was better; red bars down, it was worse.`
        : `${metricLabel(lead)} of the candidate.`,
      body: unitPlot({ metric: lead, names: scored.unit.values, ...statistics }),
    }),
    ...problem.overview(compared),
    ...(evidence.slices.length > 0
      ? [
          section({
            title: 'Slices: does anyone pay for the average?',
            lead: other
              ? `Below each figure of the candidate: its difference to the champion. Green: better, red: worse, beyond chance at 95 % (one cell in twenty is coloured by chance alone). Grey: under ${input.evaluation.minSliceRows} rows, not judged.`
              : `Grey: under ${input.evaluation.minSliceRows} rows.`,
            body: sliceTable(evidence, metrics, input.evaluation.minSliceRows),
          }),
        ]
      : []),
    ...problem.details(compared),
    section({
      title: 'Inputs of this evaluation',
      body: provenance(evidence, input, problem.labels(compared)),
    }),
  ];
  return page(question, parts.join('\n'));
}
