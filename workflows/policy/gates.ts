import type {
  Decision,
  Evidence,
  GateOutcome,
  PairedDifference,
  Verdict,
} from '../../contracts/evaluation.js';
import type { EvaluationSpec, GateSpec } from '../../contracts/spec/evaluation.js';
import { type MetricName, metricDirection } from '../../contracts/spec/metrics.js';
import { difference, metricLabel, percent, value } from '../../contracts/figures.js';

type Judgement = { met: boolean; reason: string };
type Gate<Key extends string> = Extract<GateSpec, Record<Key, unknown>>;

const missing = (
  what: string,
  remedy = 'look for the reason in the evaluation report and evaluate again',
): Judgement => ({
  met: false,
  reason: `the evidence has no ${what}, and what is not measured does not pass: ${remedy}`,
});

/** A bound on the candidate's own figure. Comparisons with NaN are false: it never passes. */
function bounded(
  metric: MetricName,
  evidence: Evidence,
  bound: { atLeast: number } | { atMost: number },
): Judgement {
  const found = evidence.metrics.candidate[metric];
  if (found === undefined || Number.isNaN(found)) return missing(metricLabel(metric));
  const interval = evidence.intervals[metric];
  const spread = interval ? ` [${value(interval.low)}, ${value(interval.high)}]` : '';
  const [met, need] =
    'atLeast' in bound
      ? [found >= bound.atLeast, `at least ${bound.atLeast}`]
      : [found <= bound.atMost, `at most ${bound.atMost}`];
  return { met, reason: `${metricLabel(metric)} ${value(found)}${spread}; needs ${need}` };
}

const worseBy = (metric: MetricName, change: number): number =>
  metricDirection[metric] === 'lower' ? change : -change;

/** Whole interval on the better side of the margin; strictly, so that an equal model never counts as better. */
function beats(paired: PairedDifference, margin: number): boolean {
  const { metric, low, high } = paired;
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) return false;
  return Math.max(worseBy(metric, low), worseBy(metric, high)) < -margin;
}

function improves(gate: Gate<'improvesBy'>, evidence: Evidence): Judgement {
  const { metric, improvesBy, confidence } = gate;
  if (evidence.champion === null) return { met: true, reason: 'no champion yet: nothing to improve on' };
  const candidate = evidence.metrics.candidate[metric];
  const champion = evidence.metrics.champion?.[metric];
  const paired = evidence.paired.find((p) => p.metric === metric && p.confidence === confidence);
  if (candidate === undefined || champion === undefined || !paired)
    return missing(`paired difference in ${metricLabel(metric)} at ${percent(confidence)}`);
  return {
    met: beats(paired, improvesBy),
    reason:
      `${metricLabel(metric)} ${value(candidate)} vs champion ${value(champion)}: ` +
      `${difference(paired.difference)} [${difference(paired.low)}, ${difference(paired.high)}] at ${percent(confidence)}, ` +
      `won ${percent(paired.unitsWon)} of ${evidence.units} ${evidence.unit ?? 'unit'}s; ` +
      `needs an improvement of more than ${improvesBy} over the whole interval`,
  };
}

function slicesHold(gate: Gate<'slices'>, evidence: Evidence, minSliceRows: number): Judgement {
  const { metric, worsensAtMost } = gate;
  if (evidence.champion === null) return { met: true, reason: 'no champion yet: no slice can have worsened' };
  const large = evidence.slices.filter((slice) => slice.rows >= minSliceRows);
  const judged = large.flatMap((slice) => {
    const candidate = slice.candidate[metric];
    const champion = slice.champion?.[metric];
    return candidate === undefined || champion === undefined || Number.isNaN(candidate - champion)
      ? []
      : [
          {
            name: `${slice.by}=${slice.value}`,
            worse: worseBy(metric, candidate - champion),
            change: candidate - champion,
          },
        ];
  });
  const worst = [...judged].sort((a, b) => b.worse - a.worse || (a.name < b.name ? -1 : 1))[0];
  if (!worst)
    return missing(
      `slice of ${minSliceRows} rows or more with ${metricLabel(metric)} of candidate and champion`,
      'declare evaluation.slices, lower evaluation.minSliceRows or lengthen split.test',
    );
  const suffering = judged.filter((slice) => !(slice.worse <= worsensAtMost));
  const counted = `${suffering.length} of ${judged.length} slices worsen by more than ${worsensAtMost}`;
  const small = evidence.slices.length - judged.length;
  const skipped =
    small === 0 ? '' : `; ${small} too small to judge (under ${minSliceRows} rows, or of one class)`;
  return {
    met: suffering.length === 0,
    reason: `${counted} in ${metricLabel(metric)}; the worst is ${worst.name} with ${difference(worst.change)}${skipped}`,
  };
}

function fastEnough(limitMs: number, { latencyP99Ms }: Evidence): Judgement {
  return {
    met: latencyP99Ms <= limitMs,
    reason: `99 % of one-row inferences within ${value(latencyP99Ms)} ms; needs at most ${limitMs} ms`,
  };
}

function judgement(gate: GateSpec, evidence: Evidence, minSliceRows: number): Judgement {
  if ('latencyP99Ms' in gate) return fastEnough(gate.latencyP99Ms, evidence);
  if ('slices' in gate) return slicesHold(gate, evidence, minSliceRows);
  if ('improvesBy' in gate) return improves(gate, evidence);
  return bounded(
    gate.metric,
    evidence,
    'atLeast' in gate ? { atLeast: gate.atLeast } : { atMost: gate.atMost },
  );
}

/**
 * What the gates make of the evidence: one recorded decision each, and the strictest of their verdicts.
 *
 * Fails closed: a figure that is missing or NaN passes nothing. Without a champion the comparisons pass, for there is
 * nothing to be better than.
 */
export function judge(spec: Pick<EvaluationSpec, 'gates' | 'minSliceRows'>, evidence: Evidence): GateOutcome {
  const decisions = spec.gates.map((gate): Decision => {
    const { met, reason } = judgement(gate, evidence, spec.minSliceRows);
    const verdict: Verdict = met ? 'pass' : gate.onFail === 'ask' ? 'ask' : 'fail';
    return { gate: gate.name, verdict, reason };
  });
  const verdicts = new Set(decisions.map((decision) => decision.verdict));
  return { verdict: verdicts.has('fail') ? 'fail' : verdicts.has('ask') ? 'ask' : 'pass', decisions };
}
