import type { EvaluationInput, Evidence } from '../../../contracts/evaluation.js';
import { metricLabel, percent } from '../../../contracts/figures.js';
import type { MetricName } from '../../../contracts/spec/metrics.js';
import type { ScoredRows } from '../score.js';
import { type Statistics, metricsToCompute } from '../statistics.js';
import { answer, metricTable } from './headline.js';
import { escape, page, section } from './html.js';
import { calibrationPlot } from './plots/calibration.js';
import { rocPlot } from './plots/roc.js';
import { scoreHistogram } from './plots/score-histogram.js';
import { unitPlot } from './plots/unit-differences.js';
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

/** The metric that the comparison gate asks about leads the report. */
function leadingMetric({ evaluation }: EvaluationInput): MetricName {
  const gate = evaluation.gates.find((candidate) => 'improvesBy' in candidate);
  return gate && 'metric' in gate ? gate.metric : (metricsToCompute(evaluation)[0] ?? 'log_loss');
}

/** The evidence as one HTML page for approvers: the answer first, then what it rests on. */
export function reportHtml({ evidence, scored, statistics, input }: ReportInput): string {
  const lead = leadingMetric(input);
  const metrics = metricsToCompute(input.evaluation);
  const unit = unitNoun(evidence);
  const names = modelNames(evidence);
  const own = { label: scored.label, score: scored.candidate };
  const other = scored.champion && { label: scored.label, score: scored.champion };
  const question = evidence.champion
    ? `${evidence.model}: should this candidate replace version ${evidence.champion.version ?? '?'}?`
    : `${evidence.model}: should this candidate become the first version?`;
  const colours = key([
    [COLOR.candidate, names.candidate],
    ...(other ? ([[COLOR.champion, names.champion]] as const) : []),
  ]);

  const parts = [
    `<h1>${escape(question)}</h1>`,
    `<p class="facts">Judged on ${thousands(evidence.rows)} rows that neither training nor search has seen: ${count(evidence.units, unit)}, ${instant(evidence.window.from)} to ${instant(evidence.window.to)}; ${percent(evidence.baseRate)} of them positive.${other ? ' Both models scored the same rows.' : ''}</p>`,
    answer(evidence, lead),
    section({
      title: 'The figures',
      lead: `Intervals say what another draw of ${unit}s could have shown: whole ${unit}s are resampled, since rows of one ${unit} are alike.`,
      body: metricTable(evidence, metrics),
    }),
    section({
      title: other ? `Each ${unit}: where the candidate gained and lost` : `Each ${unit}`,
      lead: other
        ? `${metricLabel(lead)}: green bars up, the candidate was better; red bars down, it was worse.`
        : `${metricLabel(lead)} of the candidate.`,
      body: unitPlot({ metric: lead, names: scored.unit.values, ...statistics }),
    }),
    `<section><div class="two"><div><h2>Can its probabilities be believed?</h2><p class="lead">Of the rows promised 30 %, about 30 % should happen: on the dashed line both agree.</p>${colours}${calibrationPlot(own, other)}</div>` +
      `<div><h2>Does it rank the right rows first?</h2><p class="lead">The further a curve bends up and left, the fewer false alarms for the same catch.</p>${colours}${rocPlot(own, other)}</div></div></section>`,
    ...(evidence.slices.length > 0
      ? [
          section({
            title: 'Slices: does anyone pay for the average?',
            lead: other
              ? `Green: better, red: worse, beyond chance at 95 % (one cell in twenty is coloured by chance alone). Grey: under ${input.evaluation.minSliceRows} rows, not judged.`
              : `Grey: under ${input.evaluation.minSliceRows} rows.`,
            body: sliceTable(evidence, metrics, input.evaluation.minSliceRows),
          }),
        ]
      : []),
    section({
      title: 'Scores, by what really happened',
      lead: `Bars: candidate${other ? '; line: champion' : ''}. A useful model gives rows of label 0 low scores and rows of label 1 high ones.`,
      body: scoreHistogram(own, other),
    }),
    section({ title: 'What this rests on', body: provenance(evidence, input) }),
  ];
  return page(question, parts.join('\n'));
}
