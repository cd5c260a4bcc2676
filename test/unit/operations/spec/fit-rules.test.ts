import { describe, expect, it } from 'vitest';
import { problemFits } from '../../../../operations/spec/fit-rules.js';
import { digestOf } from '../../../../contracts/digest.js';
import { ModelSpec, type ModelSpecInput } from '../../../../contracts/spec/model-spec.js';
import { specInput } from '../../../support/fixtures.js';

type Change = {
  [Key in 'charter' | 'data' | 'training' | 'evaluation' | 'monitoring']?: object;
};
const changed = (change: Change): ModelSpecInput =>
  Object.fromEntries(
    Object.entries(specInput).map(([key, value]) => [
      key,
      key in change ? { ...(value as object), ...change[key as keyof Change] } : value,
    ]),
  ) as ModelSpecInput;
const breaches = (change: Change) => problemFits(ModelSpec.parse(changed(change)));

const label = { column: 'label', availableAt: 'label_ts', classes: ['low', 'middle', 'high'] };
const success = { metric: 'mae', atMost: 3 };
const gates = [{ name: 'good enough', metric: 'mae', atMost: 3 }];
const regression = { charter: { problem: 'regression', success }, evaluation: { gates } };

describe('a model file', () => {
  it('fits its problem type when it names metrics of that type', () => {
    expect(breaches({})).toEqual([]);
    expect(breaches(regression)).toEqual([]);
    expect(
      breaches({
        charter: { problem: 'multiclass-classification', success: { metric: 'f1_macro', atLeast: 0.8 } },
        data: { label },
        evaluation: { gates: [{ name: 'better', metric: 'log_loss', improvesBy: 0 }] },
      }),
    ).toEqual([]);
  });

  it('is told each metric that does not apply, with the allowed names and the nearest', () => {
    expect(
      breaches({
        charter: { problem: 'multiclass-classification' },
        data: { label },
        evaluation: { metrics: ['roc_auc', 'accuracy'], gates },
        monitoring: { quality: { metric: 'brier' } },
      }).map(({ path, message, remedy }) => [path.join('.'), message, remedy.slice(0, 30)]),
    ).toEqual([
      [
        'charter.success.metric',
        '"roc_auc" does not apply to multiclass classification',
        'Did you mean "roc_auc_ovr"? Me',
      ],
      [
        'evaluation.metrics.0',
        '"roc_auc" does not apply to multiclass classification',
        'Did you mean "roc_auc_ovr"? Me',
      ],
      [
        'evaluation.gates.0.metric',
        '"mae" does not apply to multiclass classification',
        'Metrics of multiclass-classifi',
      ],
      [
        'monitoring.quality.metric',
        '"brier" does not apply to multiclass classification',
        'Metrics of multiclass-classifi',
      ],
    ]);
  });

  it('is told what a metric needs from the file', () => {
    const evaluation = { metrics: ['mae', 'pinball_loss', 'interval_coverage'], gates };
    expect(breaches({ ...regression, evaluation }).map(({ remedy }) => remedy)).toEqual([
      'It needs quantiles: declare training.quantiles, e.g. [0.1, 0.5, 0.9].',
      'It needs two quantiles: declare training.quantiles, e.g. [0.1, 0.5, 0.9].',
    ]);
    expect(breaches({ ...regression, evaluation, training: { quantiles: [0.1, 0.9] } })).toEqual([]);
  });

  it.each([
    [{ charter: { problem: 'multiclass-classification' } }, 'data.label', /classes is missing/],
    [{ data: { label } }, 'data.label.classes', /classes belong to multiclass-classification/],
    [
      {
        charter: { problem: 'multiclass-classification' },
        data: { label: { ...label, classes: ['low', 'high', 'low'] } },
      },
      'data.label.classes',
      /"low" is listed twice/,
    ],
    [{ training: { quantiles: [0.5] } }, 'training.quantiles', /quantiles belong to regression/],
    [
      { ...regression, training: { quantiles: [0.9, 0.1] } },
      'training.quantiles',
      /0.9, 0.1 is not ascending/,
    ],
    [
      { evaluation: { gates: [{ name: 'fair', slices: 'all', metric: 'roc_auc', worsensAtMost: 0.1 }] } },
      'evaluation.gates.0',
      /judges slices, and evaluation.slices is empty/,
    ],
  ] as const)('is refused where its parts do not fit: %j', (change, path, message) => {
    const [first] = breaches(change);
    expect(first?.path.join('.')).toBe(path);
    expect(first?.message).toMatch(message);
  });

  it('gets the metrics and the watched metric of its problem type by default', () => {
    const { evaluation, monitoring } = ModelSpec.parse(changed(regression));
    expect(evaluation.metrics).toEqual(['mae', 'rmse', 'r2', 'mean_error']);
    expect(monitoring.quality).toEqual({ metric: 'r2', dropsBy: 0.02 });
  });

  it('keeps the digest that it had before there were problem types to choose from', () => {
    expect(digestOf(ModelSpec.parse(specInput))).toBe(
      'bfd0a018307de60d026604e4ac9b01ff12daf8e269c37256c11e866b7f485ac6',
    );
  });
});
