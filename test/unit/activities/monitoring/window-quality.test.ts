import { describe, expect, it } from 'vitest';
import { dropped } from '../../../../activities/monitoring/window-quality.js';

describe('a drop in quality', () => {
  it('is a fall by more than allowed where higher is better', () => {
    const quality = { metric: 'roc_auc', dropsBy: 0.02 } as const;
    expect(dropped({ roc_auc: 0.77 }, { roc_auc: 0.745 }, quality)).toBe(true);
    expect(dropped({ roc_auc: 0.77 }, { roc_auc: 0.76 }, quality)).toBe(false);
    expect(dropped({ roc_auc: 0.77 }, { roc_auc: 0.9 }, quality)).toBe(false);
  });

  it('is a rise by more than allowed where lower is better', () => {
    const quality = { metric: 'log_loss', dropsBy: 0.02 } as const;
    expect(dropped({ log_loss: 0.4 }, { log_loss: 0.43 }, quality)).toBe(true);
    expect(dropped({ log_loss: 0.4 }, { log_loss: 0.3 }, quality)).toBe(false);
  });

  it('is not claimed when the metric is unknown on one side', () => {
    const quality = { metric: 'roc_auc', dropsBy: 0.02 } as const;
    expect(dropped({}, { roc_auc: 0.5 }, quality)).toBe(false);
    expect(dropped({ roc_auc: 0.77 }, {}, quality)).toBe(false);
  });
});
