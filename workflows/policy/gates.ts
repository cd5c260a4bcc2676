import type { Decision, Evidence, GateOutcome, GateVerdict } from '../../contracts/evaluation.js';
import { type Exhibit, problemOfEvidence } from '../../contracts/gates/define-gate.js';
import { gateOf } from '../../contracts/gates/gate-of.js';
import type { EvaluationSpec } from '../../contracts/spec/evaluation.js';

/**
 * Judge the evidence by every gate of the spec: one recorded decision each, and the strictest of their verdicts.
 *
 * Fails closed: a figure that is missing or NaN passes nothing. Without a champion the comparisons pass, for there is
 * nothing to be better than.
 */
export function judge(
  { gates, minSliceRows }: Pick<EvaluationSpec, 'gates' | 'minSliceRows'>,
  evidence: Evidence,
  failsWithoutFigure?: Exhibit['failsWithoutFigure'],
): GateOutcome {
  const problem = problemOfEvidence(evidence);
  const exhibit = { evidence, problem, minSliceRows, ...(failsWithoutFigure && { failsWithoutFigure }) };
  const decisions = gates.map((gate): Decision => {
    const { met, reason } = gateOf(gate).judge(gate, exhibit);
    const verdict: GateVerdict = met ? 'pass' : gate.onFail === 'ask' ? 'ask' : 'fail';
    return { gate: gate.name, verdict, reason };
  });
  const verdicts = new Set(decisions.map((decision) => decision.verdict));
  return { verdict: verdicts.has('fail') ? 'fail' : verdicts.has('ask') ? 'ask' : 'pass', decisions };
}
