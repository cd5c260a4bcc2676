import { expect, it } from 'vitest';
import yargs from 'yargs';
import { monitor } from '../../../../client/commands/monitor.js';
import type { Context, Output } from '../../../../client/commands/command.js';
import { openPaint } from '../../../../client/output/paint.js';
import type { WindowResult } from '../../../../contracts/monitor.js';

const aWindow = (figures: Pick<WindowResult, 'labelRate' | 'metrics'>): WindowResult => ({
  model: 'tiny',
  version: 1,
  window: { from: '2001-02-01T00:00:00.000Z', to: '2001-02-08T00:00:00.000Z' },
  requests: 100,
  labelled: 50,
  psi: { score: 0.05 },
  exceeded: [],
  report: null,
  ...figures,
});

async function shown(window: WindowResult): Promise<string> {
  const view = { model: 'tiny', health: null, windows: [window], source: 'database' };
  const mainspring = { monitors: { get: async () => view } };
  const context = { mainspring: () => mainspring, paint: openPaint(false) } as unknown as Context;
  let output: Output | undefined;
  await monitor
    .register(yargs(['monitor', 'tiny']), async (work) => void (output = await work(context)))
    .parseAsync();
  return output?.text ?? '';
}

it('shows the label rate and the metrics of a binary classification', async () => {
  const text = await shown(aWindow({ labelRate: 0.2, metrics: { roc_auc: 0.7719 } }));
  expect(text).toContain('label rate');
  expect(text).toContain('0.2000');
  expect(text).toContain('roc_auc');
  expect(text).toContain('0.7719');
});

it('shows the metrics of a regression, and no label rate', async () => {
  const text = await shown(aWindow({ labelRate: null, metrics: { mae: 1.5 } }));
  expect(text).toContain('mae');
  expect(text).not.toContain('label rate');
  expect(text).not.toContain('roc_auc');
});
