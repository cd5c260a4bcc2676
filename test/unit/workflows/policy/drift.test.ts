import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WindowResult } from '../../../../contracts/monitor.js';
import { MonitoringSpec, RetrainingSpec } from '../../../../contracts/spec/monitoring.js';
import { alarmed, triggersOf, windowsToKeep } from '../../../../workflows/policy/drift.js';

const WEEK_MS = 604_800_000;
const START = Date.UTC(2001, 3, 2);
const at = (week: number): string => new Date(START + week * WEEK_MS).toISOString();

const monitoring = MonitoringSpec.parse({});
const retraining = RetrainingSpec.parse({ triggers: { newData: { rows: 5_000 } }, trainOn: { last: '56d' } });

const windows = (...exceeded: string[][]): WindowResult[] =>
  exceeded.map((columns, week) => ({
    model: 'tiny',
    version: 1,
    window: { from: at(week), to: at(week + 1) },
    requests: 2_000,
    labelled: 2_000,
    labelRate: 0.2,
    metrics: { roc_auc: 0.745 },
    psi: { score: 0.363 },
    exceeded: columns,
    report: null,
  }));

describe('drift policy', () => {
  it('raises no alarm after one bad window', () => {
    expect(alarmed(windows([], [], ['score']), monitoring)).toEqual([]);
    expect(alarmed([], monitoring)).toEqual([]);
  });

  it('alarms when a column exceeds in two of the last three windows, the newest included', () => {
    expect(alarmed(windows(['score'], [], ['score']), monitoring)).toEqual(['score']);
    expect(alarmed(windows(['score'], ['score']), monitoring)).toEqual(['score']);
  });

  it('is silent once the newest window is well again', () => {
    expect(alarmed(windows(['score'], ['score'], []), monitoring)).toEqual([]);
  });

  it('does not add up different columns', () => {
    expect(alarmed(windows(['hour'], ['distance'], ['score']), monitoring)).toEqual([]);
  });

  it('forgets what lies before the last `of` windows', () => {
    expect(alarmed(windows(['score'], [], [], ['score']), monitoring)).toEqual([]);
  });

  it('ignores windows with too few labelled rows', () => {
    const [first, second] = windows(['score'], ['score']);
    expect(alarmed([{ ...first!, labelled: 999 }, second!], monitoring)).toEqual([]);
    expect(alarmed([first!, { ...second!, labelled: 999 }], monitoring)).toEqual([]);
  });

  it('does not hold windows of the version before against a new one', () => {
    const [first, second] = windows(['score'], ['score']);
    expect(alarmed([first!, { ...second!, version: 2 }], monitoring)).toEqual([]);
  });

  it('sends drift and quality with ids of the window and the figures that made them', () => {
    const recent = windows(['score', 'quality'], ['score', 'quality']);
    expect(triggersOf(recent, { monitoring, retraining }, 0)).toEqual([
      {
        id: `drift/${at(1)}`,
        kind: 'drift',
        at: at(2),
        version: 1,
        detail: 'score (PSI 0.3630) over threshold in 2 of the last 3 windows',
      },
      {
        id: `quality/${at(1)}`,
        kind: 'quality',
        at: at(2),
        version: 1,
        detail: 'roc_auc 0.7450 is worse than the reference by more than 0.02 in 2 of the last 3 windows',
      },
    ]);
  });

  it('names a new value of a text column with its share of the rows', () => {
    const values = { origin: { new: [{ value: 'XYZ', share: 0.12 }], vanished: [] } };
    const recent = windows(['origin'], ['origin']).map((window) => ({
      ...window,
      psi: { origin: 0.21 },
      values,
    }));
    expect(triggersOf(recent, { monitoring, retraining }, 0)[0]?.detail).toBe(
      'origin: new value "XYZ" in 12 % of rows (PSI 0.2100) over threshold in 2 of the last 3 windows',
    );
  });

  it('sends newData exactly when the rows are there', () => {
    const kinds = (rows: number) =>
      triggersOf(windows([]), { monitoring, retraining }, rows).map(({ kind }) => kind);
    expect(kinds(4_999)).toEqual([]);
    expect(kinds(5_000)).toEqual(['newData']);
  });

  it('never alarms for a column that exceeded in fewer than k of the last `of` windows', () => {
    const columns = fc.subarray(['score', 'hour', 'quality']);
    fc.assert(
      fc.property(
        fc.array(columns, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (raw, k) => {
          const spec = MonitoringSpec.parse({ drift: { consecutive: { k, of: 4 } } });
          const recent = windows(...raw);
          const last = raw.slice(-4);
          for (const column of ['score', 'hour', 'quality']) {
            const due =
              last.at(-1)!.includes(column) && last.filter((window) => window.includes(column)).length >= k;
            expect(alarmed(recent, spec).includes(column)).toBe(due);
          }
          expect(windowsToKeep(spec)).toBeGreaterThanOrEqual(4);
        },
      ),
    );
  });
});
