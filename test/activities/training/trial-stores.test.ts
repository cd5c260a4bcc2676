import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialRow } from '../../../contracts/study.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { openRungStore } from '../../../infra/adapters/postgres/rungs.js';
import { openTrialStore } from '../../../infra/adapters/postgres/trials.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { goesOn } from '../../../activities/training/policy/halving.js';
import { freshDatabase } from '../../support/database.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});

const study = (run: string) => ({ model: 'tiny', run });
const row = (trial: number, change: Partial<TrialRow> = {}): TrialRow => ({
  trial,
  params: { rate: trial / 10 },
  state: 'succeeded',
  value: trial,
  metrics: { loss: trial },
  reason: null,
  step: null,
  spend: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 },
  ...change,
});
const halving = (standing: { place: number; reached: number }) => goesOn(standing, { reduction: 3 });

describe('the table of trials', () => {
  it('has each trial once, however often it is recorded', async () => {
    const store = openTrialStore(db);
    await store.record(study('once'), [row(0), row(1, { state: 'failed', value: null, reason: 'a\0b' })]);
    await store.record(study('once'), [row(0), row(2)]);
    const rows = await db
      .selectFrom('trials')
      .selectAll()
      .where('run', '=', 'once')
      .orderBy('trial')
      .execute();
    expect(rows.map(({ trial, state }) => `${trial} ${state}`)).toEqual([
      '0 succeeded',
      '1 failed',
      '2 succeeded',
    ]);
    expect(rows[1]?.reason).toBe('ab');
  });

  it('keeps the first parameters that were proposed, also when two propose at once', async () => {
    const store = openTrialStore(db);
    const both = await Promise.all(
      [0.1, 0.2].map((rate) => store.propose(study('proposed'), [{ trial: 0, params: { rate } }])),
    );
    expect(both[0]).toEqual(both[1]);
    expect(await store.proposed(study('proposed'), [0, 1])).toEqual(both[0]);
    expect(await store.running(study('proposed'), 10)).toEqual([both[0]![0]!.params]);
  });

  it('tells a search of the best and the newest, and of no failure', async () => {
    const store = openTrialStore(db);
    await store.record(study('told'), [row(3), row(1), row(2), row(5, { state: 'failed', value: null })]);
    await store.record(study('told'), [row(9, { state: 'stopped', step: 10 })]);
    const told = await store.told(study('told'), { goal: 'minimize', best: 2, newest: 1 });
    expect(told.map(({ value, state, step }) => [value, state, step])).toEqual([
      [1, 'succeeded', null],
      [2, 'succeeded', null],
      [9, 'stopped', 10],
    ]);
    const [best] = await store.told(study('told'), { goal: 'maximize', best: 1, newest: 0 });
    expect(best?.value).toBe(3);
  });
});

describe('rungs', () => {
  const report = (value: number, rung = 10) => ({ rung, step: rung, value });

  it('stop a trial that is not among the best that have come so far', async () => {
    const rungs = openRungStore(db);
    expect(await rungs.rank(study('rungs'), 0, report(0.5), 'minimize', halving)).toBeNull();
    expect(await rungs.rank(study('rungs'), 1, report(0.4), 'minimize', halving)).toBeNull();
    const stopped = await rungs.rank(study('rungs'), 2, report(0.6), 'minimize', halving);
    expect(stopped).toEqual({ rung: 10, step: 10, value: 0.6, place: 3, reached: 3 });
    expect(await rungs.rank(study('rungs'), 3, report(0.1), 'maximize', halving)).toMatchObject({
      place: 4,
    });
  });

  it('stop a trial for good: every later question gets the same verdict', async () => {
    const rungs = openRungStore(db);
    const name = study('once');
    await rungs.rank(name, 0, report(0.5), 'minimize', halving);
    const first = await rungs.rank(name, 1, report(0.6), 'minimize', halving);
    expect(first).toMatchObject({ place: 2, reached: 2 });
    for (const trial of [2, 3, 4, 5]) await rungs.rank(name, trial, report(0.9), 'minimize', halving);
    expect(await rungs.rank(name, 1, report(0.01), 'minimize', halving)).toEqual(first);
    expect(await rungs.stopped(name, 1)).toEqual(first);
    expect(await rungs.stopped(name, 0)).toBeNull();
  });

  it('rank a trial that went on again by what it reported, when others have come', async () => {
    const rungs = openRungStore(db);
    const name = study('again');
    const first = () => rungs.rank(name, 0, report(0.5), 'minimize', halving);
    expect(await first()).toBeNull();
    expect(await first()).toBeNull();
    expect(await rungs.rank(name, 1, report(0.4), 'minimize', halving)).toBeNull();
    const stopped = await first();
    expect(stopped).toEqual({ rung: 10, step: 10, value: 0.5, place: 2, reached: 2 });
    for (const trial of [2, 3, 4, 5]) await rungs.rank(name, trial, report(0.9), 'minimize', halving);
    expect(await first()).toEqual(stopped);
    expect(await rungs.stopped(name, 0)).toEqual(stopped);
  });

  it('give all that ask at the same time one verdict: who is stopped is stopped for all that ask later', async () => {
    const rungs = openRungStore(db);
    const name = study('raced');
    const ask = (trial: number) => rungs.rank(name, trial, report(trial), 'minimize', halving);
    const verdicts = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n % 2)));
    expect(verdicts.filter((verdict, n) => n % 2 === 0 && verdict)).toEqual([]);
    const stopped = await ask(1);
    expect(stopped).toMatchObject({ place: 2, reached: 2 });
    for (const verdict of verdicts) if (verdict) expect(verdict).toEqual(stopped);
  });
});
