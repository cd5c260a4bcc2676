import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeploymentActivities } from '../../../activities/deployment/index.js';
import type { RouteTable, ServedVersion } from '../../../contracts/release.js';
import { openReportSink } from '../../../infra/adapters/postgres/gateway-reports.js';
import { MODEL, type Stage, openStage } from '../../serving/support.js';
import { anArtifact } from '../../support/fixtures.js';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.register(3);
});
afterEach(() => stage?.close());

const activities = () => createDeploymentActivities({ serving: stage.control });
const run = <I, O>(
  activity: (input: I) => Promise<O>,
  input: I,
  env = new MockActivityEnvironment(),
): Promise<O> => env.run<[I], O, (input: I) => Promise<O>>(activity, input);
const served = (version: number): ServedVersion => ({
  version,
  model: anArtifact(`model ${version}`),
  golden: anArtifact(`golden ${version}`),
  features: ['x'],
});
const releasing = (version: number) => ({
  release: `release/${MODEL}/${version}`,
  model: MODEL,
  run: `run-${version}`,
  version,
});
const load = (version: number, before: RouteTable | null) =>
  run(activities().setRoutes, {
    ...releasing(version),
    expectedGeneration: before?.generation ?? 0,
    table: {
      model: MODEL,
      champion: before?.champion ?? null,
      candidate: served(version),
      candidateShare: 0,
      salt: `release/${MODEL}/${version}`,
    },
    reason: 'load',
  });
const promote = (version: number, expectedGeneration: number) =>
  run(activities().promote, {
    ...releasing(version),
    expectedGeneration,
    reason: 'good',
    evidence: null,
  });
const rollBack = (version: number) =>
  run(activities().rollBack, { ...releasing(version), reason: 'bad', evidence: null });
const routes = () => run(activities().readRoutes, { model: MODEL });
const aliases = async () =>
  (
    await stage.db
      .selectFrom('aliases')
      .select(['alias', 'version', 'valid_to'])
      .orderBy('valid_from')
      .execute()
  ).map(({ alias, version, valid_to }) => `${alias} ${version}${valid_to ? ' ended' : ''}`);

describe('routes', () => {
  it('are set once by a delivery and its repeat, and refused if another generation was expected', async () => {
    const first = await load(1, null);
    expect(await load(1, null)).toEqual(first);
    expect(first.generation).toBe(1);
    await expect(load(2, null)).rejects.toMatchObject({ type: 'VersionConflict' });
    expect(await aliases()).toEqual(['challenger 1']);
  });

  it('go to exactly one of many writers at once', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map((version) => load(version, null)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const rows = await stage.db.selectFrom('routes').select('generation').execute();
    expect(rows).toEqual([{ generation: 1 }]);
  });
});

describe('a promotion', () => {
  it('moves champion, previous, challenger, routes and release row together, once however often it is delivered', async () => {
    await promote(1, (await load(1, null)).generation);
    const loaded = await load(2, await routes());
    const [once, ...again] = [
      await promote(2, loaded.generation),
      await promote(2, loaded.generation),
      ...(await Promise.all([promote(2, loaded.generation), promote(2, loaded.generation)])),
    ];
    for (const end of again) expect(end).toEqual(once);
    expect((await aliases()).sort()).toEqual([
      'challenger 1 ended',
      'challenger 2 ended',
      'champion 1 ended',
      'champion 2',
      'previous 1',
    ]);
    expect(await routes()).toMatchObject({ generation: 4, champion: { version: 2 }, candidate: null });
    const releases = await stage.db
      .selectFrom('releases')
      .select(['version', 'outcome'])
      .orderBy('version')
      .execute();
    expect(releases).toEqual([
      { version: 1, outcome: 'promoted' },
      { version: 2, outcome: 'promoted' },
    ]);
    const now = await stage.db
      .selectFrom('routes')
      .innerJoin('aliases', 'aliases.valid_from', 'routes.valid_from')
      .select(['routes.generation', 'aliases.alias'])
      .where('aliases.alias', '=', 'champion')
      .where('aliases.version', '=', 2)
      .executeTakeFirst();
    expect(now).toEqual({ generation: 4, alias: 'champion' });
  });

  it('leaves nothing half done when one of its writes fails', async () => {
    const loaded = await load(1, null);
    await stage.db.schema.alterTable('releases').renameTo('hidden').execute();
    await expect(promote(1, loaded.generation)).rejects.toThrow('releases');
    await stage.db.schema.alterTable('hidden').renameTo('releases').execute();
    expect(await aliases()).toEqual(['challenger 1']);
    expect(await routes()).toEqual(loaded);
  });

  it('is refused when the routes have moved on', async () => {
    const loaded = await load(1, null);
    await rollBack(1);
    await expect(promote(1, loaded.generation)).rejects.toMatchObject({ type: 'VersionConflict' });
    expect(await aliases()).toEqual(['challenger 1 ended']);
  });
});

describe('a roll-back', () => {
  it('takes the candidate out, keeps the champion, and is the same when delivered twice', async () => {
    await promote(1, (await load(1, null)).generation);
    await load(2, await routes());
    const end = await rollBack(2);
    expect(end).toEqual({ outcome: 'rolled-back', generation: 4 });
    expect(await rollBack(2)).toEqual(end);
    expect(await routes()).toMatchObject({ champion: { version: 1 }, candidate: null, candidateShare: 0 });
  });

  it('is safe when nothing was ever routed', async () => {
    expect(await rollBack(1)).toEqual({ outcome: 'rolled-back', generation: 0 });
    expect(await routes()).toBeNull();
  });

  it('leaves a promotion that was committed, and the candidate of a later release', async () => {
    await promote(1, (await load(1, null)).generation);
    expect(await rollBack(1)).toEqual({ outcome: 'promoted', generation: 2 });
    await load(3, await routes());
    expect(await rollBack(2)).toEqual({ outcome: 'rolled-back', generation: 3 });
    expect(await routes()).toMatchObject({ candidate: { version: 3 } });
  });
});

describe('live gateways', () => {
  it('are those that reported lately by the clock of the database; one that stopped is forgotten', async () => {
    const sink = openReportSink(stage.db);
    const report = (gateway: string) => ({
      gateway,
      model: MODEL,
      observedGeneration: 1,
      problem: null,
      refusedGeneration: null,
      arms: [],
    });
    await sink.write([report('a'), report('b'), report('c')]);
    await stage.db
      .updateTable('gateway_reports')
      .set({ at: '2001-01-01T00:00:00Z' })
      .where('gateway', '=', 'b')
      .execute();
    await sink.forget('c');
    const { live, reports } = await stage.control.reports(MODEL);
    expect(live).toEqual(['a']);
    expect(reports.map(({ gateway }) => gateway).sort()).toEqual(['a', 'b']);
  });

  it('are waited for with heartbeats, until there is something new to say', async () => {
    const mock = new MockActivityEnvironment();
    const beats: unknown[] = [];
    mock.on('heartbeat', (details) => beats.push(details));
    const asked = { model: MODEL, generation: 1, patienceMs: 600 };
    const first = await run(activities().awaitObserved, { ...asked, known: '' }, mock);
    expect(first.state).toBe('unreachable');
    expect(beats).toEqual([]);
    expect(await run(activities().awaitObserved, { ...asked, known: first.why }, mock)).toEqual(first);
    expect(beats.length).toBeGreaterThan(0);
  });

  it('stop being waited for when the release is cancelled', async () => {
    const mock = new MockActivityEnvironment();
    const ask = { model: MODEL, generation: 1 };
    const { why } = await run(activities().awaitObserved, { ...ask, known: '', patienceMs: 0 });
    const waiting = run(activities().awaitObserved, { ...ask, known: why, patienceMs: 600_000 }, mock);
    mock.on('heartbeat', () => mock.cancel());
    await expect(waiting).rejects.toThrow('CANCELLED');
  });
});
