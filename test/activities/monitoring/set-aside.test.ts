import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WindowResult } from '../../../contracts/monitor.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { openWindowStore } from '../../../infra/adapters/postgres/windows.js';
import { storeLabels, storeSegment, storeSegmentBytes } from '../../support/request-log.js';
import { type Scenario, openScenario, requests, week } from './window-scenario.js';

let scenario: Scenario;
let db: Scenario['db'];
let artifacts: Scenario['artifacts'];
let input: Scenario['input'];
let close: Scenario['close'];
beforeAll(async () => {
  scenario = await openScenario();
  ({ db, artifacts, input, close } = scenario);
});
afterAll(() => scenario?.end());

describe('a window with something bad in it', () => {
  const line = (model: string, change: object): string => {
    const [row] = requests(model, 1);
    return JSON.stringify({ ...row, inference_id: 'bad', ...change });
  };
  /** A window of 100 good rows and one line. */
  const closeWith = async (model: string, bad: string): Promise<WindowResult> => {
    const rows = requests(model, 100);
    const lines = [...rows.map((row) => JSON.stringify(row)), bad].join('\n');
    const times = rows.map(({ event_time }) => event_time);
    await storeSegmentBytes({ db, artifacts }, model, gzipSync(lines), times);
    return close(input(model));
  };

  it.each<[string, (model: string) => string, string]>([
    ['no JSON', () => '{"inference_id": "a", "score": nonsense', 'the line is not JSON'],
    ['a number', () => '5', 'inference_id is missing'],
    ['half a line', (model) => line(model, {}).slice(0, 40), 'the line is not JSON'],
    [
      'half a character',
      (model) => line(model, { inference_id: 'x' }).replace('"x"', '"\\ud800"'),
      'not JSON',
    ],
    ['NUL in its id', (model) => line(model, { inference_id: 'nul\0id' }), 'control character'],
    ['no id', (model) => line(model, { inference_id: null }), 'inference_id is missing'],
    ['a score beyond 32-bit floats', (model) => line(model, { score: 1e39 }), 'score is no 32-bit float'],
    ['an infinite score', (model) => line(model, { score: 7 }).replace(':7', ':1e400'), 'score is no 32-bit'],
    ['no score', (model) => line(model, { score: null }), 'score is no 32-bit float'],
    ['a text for a score', (model) => line(model, { score: 'high' }), 'score is no 32-bit float'],
    ['a text for a version', (model) => line(model, { version: 'x' }), 'version is no whole number'],
    ['no time', (model) => line(model, { event_time: null }), 'event_time is no instant'],
    [
      'a year of six digits',
      (model) => line(model, { event_time: '+056183-06-12T00:00:00Z' }),
      'event_time is no',
    ],
    [
      'a day that is none',
      (model) => line(model, { event_time: '2001-02-30T00:00:00Z' }),
      'event_time is no',
    ],
    ['too few features', (model) => line(model, { features: [1] }), 'features are no list of 2 values'],
    ['no list of features', (model) => line(model, { features: 5 }), 'features are no list'],
  ])(
    'is closed without a row of %s, which is counted and kept with its reason',
    async (what, bad, reason) => {
      const model = `bad-${what.replaceAll(/\W/g, '-')}`;
      const result = await closeWith(model, bad(model));
      expect(result).toMatchObject({
        requests: 100,
        exceeded: [],
        setAside: {
          rows: 1,
          labels: 0,
          reasons: [{ reason: expect.stringContaining(reason) as string, rows: 1 }],
        },
      });
      const path = await artifacts.fetch(result.setAside!.table);
      const kept = await openSqlEngine().session(
        { folder: scenario.folder, signal: AbortSignal.timeout(60_000) },
        (session) => session.rows(`select * from read_parquet('${path}')`),
      );
      expect(kept).toMatchObject([
        { segment: expect.stringMatching(/^s3:/) as string, reason: result.setAside?.reasons[0]?.reason },
      ]);
      expect(await openWindowStore(db).find(model, week.from)).toEqual(result);
    },
  );

  it('counts a line once, in the window of its segment, also if its own time is unknown', async () => {
    const rows = requests('once', 10);
    const text = [...rows.map((row) => JSON.stringify(row)), 'torn'].join('\n');
    const later = '2001-04-10T00:00:00.000Z';
    await storeSegmentBytes({ db, artifacts }, 'once', gzipSync(text), [week.from, later]);
    const next = { from: week.to, to: '2001-04-16T00:00:00.000Z' };
    expect((await close(input('once'))).setAside).toMatchObject({ rows: 1 });
    expect(await close(input('once', { window: next }))).not.toHaveProperty('setAside');
  });

  it('compares times as times, whatever their zone', async () => {
    const [row] = requests('zones', 1);
    const at = (n: number, event_time: string) =>
      JSON.stringify({ ...row, inference_id: `z-${n}`, event_time });
    const lines = [
      at(1, '2001-04-02T01:00:00+02:00'),
      at(2, '2001-04-01T23:00:00-02:00'),
      at(3, '2001-04-09T01:00:00+02:00'),
      at(4, '2001-04-08T23:00:00-02:00'),
    ];
    await storeSegmentBytes({ db, artifacts }, 'zones', gzipSync(lines.join('\n')), [week.from]);
    expect((await close(input('zones'))).requests).toBe(2);
  });

  it('is closed without a segment that cannot be read, and counts its rows', async () => {
    await storeSegment({ db, artifacts }, 'no-gzip', requests('no-gzip', 50));
    await storeSegmentBytes({ db, artifacts }, 'no-gzip', Buffer.from('no gzip'), [week.from, week.from]);
    expect(await close(input('no-gzip'))).toMatchObject({
      requests: 50,
      setAside: { rows: 2, reasons: [{ reason: 'the segment cannot be read', rows: 2 }] },
    });
  });

  it('is closed without labels that the problem does not have', async () => {
    const rows = requests('odd-labels', 10);
    await storeSegment({ db, artifacts }, 'odd-labels', rows);
    const odd = [-1, 0.97, 2, 1, 0];
    await storeLabels(
      db,
      'odd-labels',
      odd.map((label, i) => ({ id: `odd-labels-${i}`, label })),
    );
    const result = await close(input('odd-labels'));
    expect(result).toMatchObject({ requests: 10, labelled: 2, setAside: { rows: 0, labels: 3 } });
    const html = (await artifacts.read(result.report!)).toString('utf8');
    expect(html).toContain('3 labels set aside: label -1 is none of the problem (1)');
  });

  it('of a regression is closed with finite figures, also with a label as large as a double', async () => {
    const rows = requests('huge', 10);
    await storeSegment({ db, artifacts }, 'huge', rows);
    await storeLabels(
      db,
      'huge',
      rows.map(({ inference_id }, i) => ({ id: inference_id, label: i === 0 ? 1e308 : i })),
    );
    const { target } = input('huge');
    const result = await close(input('huge', { target: { ...target, problem: { type: 'regression' } } }));
    expect(result).toMatchObject({ labelled: 9, setAside: { labels: 1 } });
    for (const value of Object.values(result.metrics)) expect(value).toSatisfy(Number.isFinite);
  });
});
