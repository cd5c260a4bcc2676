import { describe, expect, it } from 'vitest';
import { MonitorInput, type WindowResult } from '../../../../contracts/monitor.js';
import { RetrainingInput } from '../../../../contracts/retraining.js';
import { MonitoringSpec, RetrainingSpec } from '../../../../contracts/spec/monitoring.js';
import { monitorDetails } from '../../../../workflows/monitor/monitor-details.js';
import { retrainingDetails } from '../../../../workflows/retraining/retraining-details.js';
import { anArtifact, sha } from '../../../support/fixtures.js';

/** Removes the non-breaking spaces that the Web UI needs between columns. */
const plain = (text: string): string => text.replaceAll('\u00a0', '');

const retraining = RetrainingSpec.parse({ trainOn: { last: '56d' } });
const window = (from: string, to: string, requests: number): WindowResult => ({
  model: 'tiny',
  version: 1,
  window: { from, to },
  requests,
  labelled: requests / 2,
  labelRate: requests === 0 ? null : 0.2,
  metrics: requests === 0 ? {} : { roc_auc: 0.7719 },
  psi: requests === 0 ? {} : { score: 0.05 },
  exceeded: [],
  report: null,
});
const state = MonitorInput.parse({
  model: 'tiny',
  target: { version: 1, specDigest: sha('spec'), reference: anArtifact('reference'), features: ['x'] },
  monitoring: MonitoringSpec.parse({}),
  retraining,
  nextWindow: '2001-02-15T00:00:00.000Z',
  recent: [
    window('2001-02-01T00:00:00.000Z', '2001-02-08T00:00:00.000Z', 100),
    window('2001-02-08T00:00:00.000Z', '2001-02-15T00:00:00.000Z', 0),
  ],
  closed: 2,
});

describe('details for operators', () => {
  it('show the newest window first, and an empty one without figures', () => {
    const rows = plain(monitorDetails(state, 'waits', null))
      .split('\n')
      .filter((line) => line.startsWith('| 2001'));
    expect(rows).toEqual([
      '| 2001-02-08 – 2001-02-15 | 1 | 0 | – | – | – | – |  |',
      '| 2001-02-01 – 2001-02-08 | 1 | 100 | 50.0 % | 0.2000 | 0.7719 | 0.0500 |  |',
    ]);
  });

  it('have a column for the watched metric, and for each other metric that a window has', () => {
    const [head] = plain(
      monitorDetails(
        { ...state, recent: state.recent.map((one) => ({ ...one, metrics: { log_loss: 0.4 } })) },
        'waits',
        null,
      ),
    )
      .split('\n')
      .filter((line) => line.startsWith('| window'));
    expect(head).toBe(
      '| window | version | requests | labelled | label rate | ROC AUC | log loss | score PSI | exceeded |',
    );
  });

  it('have no label rate for a problem that has none', () => {
    const recent = state.recent.map((one) => ({ ...one, labelRate: null, metrics: { mae: 1.5 } }));
    const text = plain(monitorDetails({ ...state, recent }, 'waits', null));
    expect(text).toContain('| mean absolute error |');
    expect(text).not.toContain('label rate');
  });

  it('say why a monitor cannot go on instead of what it waits for', () => {
    const text = monitorDetails(state, 'waits', 'the log\nis torn');
    expect(text).toContain('**Cannot go on:** the log is torn');
    expect(text).not.toContain('waits');
  });

  it('keep a reason with bars and line feeds inside its row', () => {
    const text = retrainingDetails({
      ...RetrainingInput.parse({
        model: 'tiny',
        specDigest: sha('spec'),
        spec: retraining,
        now: '2001-02-08T00:00:00.000Z',
      }),
      log: [
        {
          id: 'manual/a|b',
          kind: 'manual',
          at: '2001-02-08T00:00:00.000Z',
          detail: '',
          verdict: 'refused',
          reason: 'one\ntwo',
          run: null,
        },
      ],
    });
    expect(plain(text)).toContain('| 2001-02-08T00:00:00.000Z | manual/a\\|b | refused | one two | – |');
  });
});
