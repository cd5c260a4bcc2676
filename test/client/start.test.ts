import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { connect } from '../../client/index.js';
import { lifecycleId } from '../../contracts/ids.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../infra/adapters/postgres/registry.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { type ClientHarness, clientHarness } from '../support/client.js';
import { specInput } from '../support/fixtures.js';

/** Each command is a process that compiles at its start, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

/** A namespace without workers, for operations that must work while every worker is down. */
const NAMESPACE = 'start';
let harness: ClientHarness;
let temporal: Client;
let db: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  harness = await clientHarness(NAMESPACE);
  db = openDatabase(harness.postgresUrl);
  temporal = new Client({
    connection: await Connection.connect({ address: inject('temporalAddress') }),
    namespace: NAMESPACE,
  });
});
afterAll(async () => {
  await temporal?.connection.close();
  await db?.destroy();
  await harness?.close();
});

const specs = async () =>
  Number(
    (
      await db
        .selectFrom('specs')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirst()
    )?.n,
  );
const isRunning = (workflowId: string) =>
  temporal.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );

describe('start', () => {
  it('records a spec that holds everything by content, and starts the lifecycle with its digest', async () => {
    const file = await harness.modelFile('complete');
    const started = await harness.mainspring.lifecycles.start(file, {
      by: 'ada',
      asOf: '2001-02-01',
      run: 'first',
      reason: 'test',
    });
    expect(started).toMatchObject({ model: 'tiny', run: 'first', asOf: '2001-02-01T00:00:00.000Z' });

    const packed = await openRegistry(db).loadSpec(started.specDigest);
    expect(packed?.sql).toEqual({
      'clean.sql': 'select * from events',
      'features.sql': 'select * from clean',
    });
    const s3 = inject('s3');
    const store = openArtifactStore(openS3(s3), s3.bucket, join(harness.folder, 'cache'));
    expect((await store.read(packed!.sources['events']!)).toString()).toBe('rows of complete');
    expect((await store.read(packed!.environment)).toString()).toBe('numpy==2.0.0\n');
    expect(await store.exists(packed!.code)).toBe(true);

    const described = await temporal.workflow.getHandle(lifecycleId('tiny', 'first')).describe();
    expect(described).toMatchObject({ type: 'lifecycle', taskQueue: 'mainspring-control' });
    expect(described.typedSearchAttributes.getAll()).toHaveLength(2);
    await expect(described.staticSummary()).resolves.toBe('Lifecycle of tiny first: test');
  });

  it('gives the same files the same digest, and changed code another', async () => {
    const file = await harness.modelFile('complete');
    const again = await harness.mainspring.lifecycles.start(file, { by: 'ada', run: 'again' });
    const first = await temporal.workflow.getHandle(lifecycleId('tiny', 'first')).describe();
    expect(first.typedSearchAttributes.getAll().map(({ value }) => value)).toContain(again.specDigest);
    await writeFile(join(dirname(file), 'trainer', 'train.py'), 'print("trains otherwise")\n');
    const other = await harness.mainspring.lifecycles.start(file, { by: 'ada', run: 'other' });
    expect(other.specDigest).not.toBe(again.specDigest);
  });

  it('refuses a run id that was used, and says how to go on', async () => {
    const file = await harness.modelFile('complete');
    await harness.mainspring.lifecycles.start(file, { by: 'ada', run: 'twice' });
    await expect(
      harness.mainspring.lifecycles.start(file, { by: 'ada', run: 'twice' }),
    ).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('run "twice" of tiny exists already') as string,
      remedy: expect.stringContaining('mainspring watch tiny/twice') as string,
    });
  });

  it('writes and starts nothing for a spec with problems', async () => {
    const before = await specs();
    const file = await harness.modelFile('broken', { approval: { quorum: { 'data-engineer': 1 } } });
    await expect(
      harness.mainspring.lifecycles.start(file, { by: 'ada', run: 'broken' }),
    ).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/model\.yaml:\d+:\d+ approval\.quorum: needs 1 vote/) as string,
    });
    expect(await specs()).toBe(before);
    expect(await isRunning(lifecycleId('tiny', 'broken'))).toBe(false);
  });

  it('refuses a starter whose absence would make the quorum impossible', async () => {
    const file = await harness.modelFile('alone');
    await expect(
      harness.mainspring.lifecycles.start(file, { by: 'maya', run: 'alone' }),
    ).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('because "maya" starts the lifecycle') as string,
    });
  });

  it('refuses an empty and a missing source, and one in a bucket that is not allowed', async () => {
    const before = await specs();
    const file = await harness.modelFile('sources');
    await writeFile(join(dirname(file), 'events.parquet'), '');
    await expect(harness.mainspring.lifecycles.start(file, { by: 'ada' })).rejects.toThrow(
      '"events.parquet" is empty',
    );
    const { bucket } = inject('s3');
    for (const [of, problem] of [
      [bucket, `s3://${bucket}/not/there.parquet is not in the object store`],
      ['payroll', `is in bucket "payroll", allowed: ${bucket}`],
    ] as const) {
      const remote = await harness.modelFile('remote', {
        data: { ...specInput.data, sources: { events: { parquet: `s3://${of}/not/there.parquet` } } },
      });
      await expect(harness.mainspring.lifecycles.start(remote, { by: 'ada' })).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(problem) as string,
      });
    }
    expect(await specs()).toBe(before);
  });

  it.each([
    [
      'object store',
      { MAINSPRING_S3_ENDPOINT: 'http://127.0.0.1:1' },
      'The object store (S3) at http://127.0.0.1:1',
    ],
    ['wrong bucket', { MAINSPRING_S3_BUCKET: 'not-there' }, 'has no bucket "not-there"'],
    ['database', { MAINSPRING_POSTGRES_URL: 'postgres://a:b@127.0.0.1:1/x' }, 'PostgreSQL at 127.0.0.1:1/x'],
    ['Temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'Temporal at 127.0.0.1:1'],
  ])('starts nothing and names the address when a server is away: %s', async (_what, change, message) => {
    const before = await specs();
    const file = await harness.modelFile('complete');
    const other = connect({ environment: { ...harness.environment, ...change } });
    try {
      await expect(other.lifecycles.start(file, { by: 'ada', run: 'away' })).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringContaining(message) as string,
        remedy: expect.not.stringMatching(/^$/) as string,
      });
    } finally {
      await other.close();
    }
    expect(await specs()).toBe(before);
    expect(await isRunning(lifecycleId('tiny', 'away'))).toBe(false);
  });
});

describe('while every worker is down', () => {
  it('a run that was just started is listed, and its status says where it comes from', async () => {
    await expect
      .poll(async () => (await harness.mainspring.lifecycles.list()).map(({ run }) => run), {
        timeout: 30_000,
      })
      .toContain('first');
    const { state, source } = await harness.mainspring.lifecycles.status('tiny/first');
    expect(source).toBe('database');
    expect(state).toMatchObject({ model: 'tiny', run: 'first', stage: 'charter', outcome: null });
  });

  it('an unknown run is answered with the nearest one', async () => {
    await expect(harness.mainspring.lifecycles.status('frist')).rejects.toMatchObject({
      kind: 'not-found',
      remedy: expect.stringContaining('Did you mean "first"?') as string,
    });
    await expect(harness.mainspring.models.get('tyni')).rejects.toMatchObject({
      kind: 'not-found',
      remedy: expect.stringContaining('Did you mean "tiny"?') as string,
    });
  });

  it('the command line tells machines by exit code and JSON, and people by words', async () => {
    const [listed, unknown, wrong, refused, away, health] = [
      await harness.cli(['list', '--json']),
      await harness.cli(['status', 'frist']),
      await harness.cli(['lits']),
      await harness.cli([
        'start',
        await harness.modelFile('complete'),
        '--run',
        'first',
        '--by',
        'ada',
        '--json',
      ]),
      await harness.cli(['predict', 'tiny', '--data', '{"x": 1}']),
      await harness.cli(['doctor', '--json']),
    ];
    expect(listed.exitCode).toBe(0);
    expect((JSON.parse(listed.stdout) as { run: string }[]).map(({ run }) => run)).toContain('first');
    expect(listed.stdout).not.toContain('\u001b');
    expect(unknown).toMatchObject({ exitCode: 4, stdout: '' });
    expect(unknown.stderr).toContain('Did you mean "first"?');
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('list');
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { kind: 'refused' } });
    expect(away.exitCode).toBe(5);
    expect(away.stderr).toContain('The gateway at http://127.0.0.1:1');
    expect(health.exitCode).toBe(0);
    const { findings } = JSON.parse(health.stdout) as { findings: { what: string; verdict: string }[] };
    expect(Object.fromEntries(findings.map(({ what, verdict }) => [what, verdict]))).toMatchObject({
      Temporal: 'ok',
      'search attributes': 'ok',
      'worker pools': 'warn',
      PostgreSQL: 'ok',
      'object store': 'ok',
      gateway: 'warn',
    });
  });

  it('says that a wrong variable of the environment is wrong', async () => {
    const result = await harness.cli(['list'], { TEMPORAL_ADDRESS: 'nowhere' });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('TEMPORAL_ADDRESS');
  });
});
