import { z } from 'zod';
import { metricDifference, metricLabel } from '../figures.js';
import { badness, compared } from '../metrics/compare.js';
import { defineGate, gateForm, metric, missing } from './define-gate.js';

/** Passes if the candidate is not much worse than the champion in any slice. */
export const worsensAtMost = defineGate({
  name: 'worsensAtMost',
  summary: 'the candidate is not much worse in any slice',
  rule: 'in every slice of evaluation.minSliceRows rows or more the metric is worse than the champion’s by at most the bound; a slice without the candidate’s figure fails where the champion has one; passes without a champion',
  form: gateForm({
    slices: z.literal('all').describe('Judges every slice that is large enough.'),
    metric,
    worsensAtMost: z.number().nonnegative().describe('How much worse than the champion a slice may be.'),
  }),
  needs: (gate) => ({ metrics: [gate.metric], slices: true }),
  threshold: (gate) => ({ metric: gate.metric, value: gate.worsensAtMost, bounds: 'loss' }),
  judge: (gate, { evidence, problem, minSliceRows, failsWithoutFigure = () => true }) => {
    const { metric: name, worsensAtMost: bound } = gate;
    if (evidence.champion === null)
      return { met: true, reason: 'no champion yet: no slice can have worsened' };
    const large = evidence.slices.filter((slice) => slice.rows >= minSliceRows);
    const lacking = large.filter(
      ({ candidate, champion }) => !Number.isFinite(candidate[name]) && Number.isFinite(champion?.[name]),
    );
    const [first] = lacking;
    if (first && failsWithoutFigure())
      return missing(
        `${metricLabel(name)} of the candidate in ${lacking.length} of ${large.length} slices (the first is ${first.by}=${first.value}), and the champion has it there`,
      );
    const judged = large.flatMap((slice) => {
      const candidate = slice.candidate[name] ?? NaN;
      const champion = slice.champion?.[name] ?? NaN;
      if (Number.isNaN(candidate - champion)) return [];
      return [
        {
          name: `${slice.by}=${slice.value}`,
          worse: badness(name, candidate, problem) - badness(name, champion, problem),
          change: compared(name, candidate, problem) - compared(name, champion, problem),
        },
      ];
    });
    const worst = [...judged].sort((a, b) => b.worse - a.worse || (a.name < b.name ? -1 : 1))[0];
    if (!worst)
      return missing(
        `slice of ${minSliceRows} rows or more with ${metricLabel(name)} of candidate and champion`,
        'declare evaluation.slices, lower evaluation.minSliceRows or lengthen split.test',
      );
    const suffering = judged.filter((slice) => !(slice.worse <= bound));
    const counted = `${suffering.length} of ${judged.length} slices worsen by more than ${bound}`;
    const small = evidence.slices.length - judged.length;
    const skipped =
      small === 0 ? '' : `; ${small} too small to judge (under ${minSliceRows} rows, or of one class)`;
    return {
      met: suffering.length === 0,
      reason: `${counted} in ${metricLabel(name)}; the worst is ${worst.name} with ${metricDifference(name, worst.change)}${skipped}`,
    };
  },
});
