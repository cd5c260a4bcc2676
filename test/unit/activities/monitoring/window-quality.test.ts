import { describe, expect, it } from 'vitest';
import { dropped, unmeasuredQuality } from '../../../../activities/monitoring/window-quality.js';
import type { Metrics } from '../../../../contracts/evaluation.js';
import { BINARY, type Problem } from '../../../../contracts/problems/index.js';

describe('a drop in quality', () => {
  it('is a fall by more than allowed where higher is better', () => {
    const quality = { metric: 'roc_auc', dropsBy: 0.02 } as const;
    expect(dropped({ roc_auc: 0.77 }, { roc_auc: 0.745 }, quality, BINARY)).toBe(true);
    expect(dropped({ roc_auc: 0.77 }, { roc_auc: 0.76 }, quality, BINARY)).toBe(false);
    expect(dropped({ roc_auc: 0.77 }, { roc_auc: 0.9 }, quality, BINARY)).toBe(false);
  });

  it('is a rise by more than allowed where lower is better', () => {
    const quality = { metric: 'log_loss', dropsBy: 0.02 } as const;
    expect(dropped({ log_loss: 0.4 }, { log_loss: 0.43 }, quality, BINARY)).toBe(true);
    expect(dropped({ log_loss: 0.4 }, { log_loss: 0.3 }, quality, BINARY)).toBe(false);
  });

  it('is a greater distance to the target where a metric has one', () => {
    const quality = { metric: 'mean_error', dropsBy: 1 } as const;
    const problem: Problem = { type: 'regression' };
    expect(dropped({ mean_error: 0.5 }, { mean_error: -2 }, quality, problem)).toBe(true);
    expect(dropped({ mean_error: 2 }, { mean_error: -2 }, quality, problem)).toBe(false);
  });

  it('is not claimed when the metric is unknown on one side', () => {
    const quality = { metric: 'roc_auc', dropsBy: 0.02 } as const;
    expect(dropped({}, { roc_auc: 0.5 }, quality, BINARY)).toBe(false);
    expect(dropped({ roc_auc: 0.77 }, {}, quality, BINARY)).toBe(false);
  });
});

describe('quality that cannot be measured', () => {
  const monitoring = { quality: { metric: 'roc_auc', dropsBy: 0.02 }, minRows: 500 } as const;
  const why = (reference: Metrics, metrics: Metrics, labelled: number) =>
    unmeasuredQuality(reference, { metrics, labelled }, monitoring);

  it('is told with the number of labelled rows', () => {
    expect(why({ roc_auc: 0.8 }, { log_loss: 0.3 }, 500)).toContain(
      'ROC AUC is undefined for the 500 labelled rows',
    );
  });

  it('is not told of few labels, of a known metric, or of one that the reference lacks', () => {
    expect(why({ roc_auc: 0.8 }, {}, 499)).toBeUndefined();
    expect(why({ roc_auc: 0.8 }, { roc_auc: 0.5 }, 500)).toBeUndefined();
    expect(why({}, {}, 500)).toBeUndefined();
  });
});
