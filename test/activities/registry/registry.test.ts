import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeOpenRun } from '../../../activities/registry/open-run.js';
import type { Registry } from '../../../activities/ports/registry.js';
import { BINARY, problemOf, signatureOf } from '../../../contracts/problems/index.js';
import type { RegisterVersionInput } from '../../../contracts/registry.js';
import { type SignatureInput, numericSignature } from '../../../contracts/signature.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../../infra/adapters/postgres/registry.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../../support/database.js';
import { aDataResult, aJobResult, aPackedSpec, anEvaluation, sha } from '../../support/fixtures.js';

const digest = sha('spec');
let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Kysely<Database>;
let registry: Registry;

beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
  registry = openRegistry(db);
  await registry.saveSpec(digest, aPackedSpec());
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});

const opening = (run: string) => ({
  model: 'tiny',
  run,
  specDigest: digest,
  asOf: '2001-02-01T00:00:00.000Z',
  startedBy: 'ada',
  reason: 'first',
  triggerId: null,
});

function versionOf(run: string): RegisterVersionInput {
  const data = aDataResult();
  const job = aJobResult(`tiny/${run}/final-fit`);
  return {
    model: 'tiny',
    run,
    specDigest: digest,
    trained: { artifact: job.model, params: { rounds: 3 }, trainedBy: job.jobKey, spend: job.spend },
    data: {
      train: data.split.train.artifact.sha256,
      test: data.split.test.artifact.sha256,
      snapshots: {},
      trainRange: data.windows.train,
    },
    code: sha('code'),
    environment: sha('environment'),
    evaluation: anEvaluation(),
    decisions: [],
  };
}

describe('the registry', () => {
  it('migrates an up-to-date database to nothing', async () => {
    expect(await migrate(database.url)).toEqual([]);
  });

  it('gives back the spec that was saved under a digest, and keeps the first one', async () => {
    await registry.saveSpec(digest, aPackedSpec({ model: 'other' }));
    expect(await registry.loadSpec(digest)).toEqual(aPackedSpec());
    expect(await registry.loadSpec(sha('unknown'))).toBeUndefined();
  });

  it('records the charter with the run, once, however often the run is opened', async () => {
    await registry.openRun(opening('once'));
    await registry.openRun({ ...opening('once'), startedBy: 'somebody else' });
    expect((await registry.run('tiny', 'once'))?.startedBy).toBe('ada');
    const charters = await db.selectFrom('charters').selectAll().where('model', '=', 'tiny').execute();
    expect(charters).toHaveLength(1);
  });

  it('refuses a run of a spec that is not recorded', async () => {
    await expect(
      registry.openRun({ ...opening('unknown'), specDigest: sha('nothing') }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('is not recorded') as string,
      remedy: expect.stringContaining('mainspring start') as string,
    });
  });

  it('keeps the first outcome of a run and its stage closed', async () => {
    await registry.openRun(opening('closed'));
    await registry.closeRun({ model: 'tiny', run: 'closed', outcome: 'refused', reason: 'worse' });
    await registry.closeRun({ model: 'tiny', run: 'closed', outcome: 'promoted', reason: 'late retry' });
    await registry.setStage('tiny', 'closed', 'data');
    const run = await registry.run('tiny', 'closed');
    expect([run?.outcome, run?.outcomeReason, run?.stage]).toEqual(['refused', 'worse', 'done']);
  });

  it('lists the runs without an outcome alone if it is asked for open ones', async () => {
    for (const run of ['over', 'waits']) await registry.openRun(opening(run));
    await registry.closeRun({ model: 'tiny', run: 'over', outcome: 'failed', reason: 'x' });
    const names = async (open: boolean) =>
      (await registry.runs({ model: 'tiny', open, limit: 100 })).map(({ run }) => run);

    expect(await names(true)).toContain('waits');
    expect(await names(true)).not.toContain('over');
    expect(await names(false)).toEqual(expect.arrayContaining(['over', 'waits']));
  });

  it('gives one run one version, also when it registers twice at the same time', async () => {
    const versions = await Promise.all([1, 2, 3, 4].map(() => registry.registerVersion(versionOf('twice'))));
    expect(new Set(versions.map((v) => v.version)).size).toBe(1);
  });

  it('numbers the versions of concurrent runs without gaps', async () => {
    const before = (await registry.versions('tiny')).length;
    const numbers = await Promise.all(
      ['a-1', 'a-2', 'a-3', 'a-4', 'a-5'].map((run) => registry.registerVersion(versionOf(run))),
    );
    expect(numbers.map((v) => v.version).sort((a, b) => a - b)).toEqual(
      [1, 2, 3, 4, 5].map((n) => n + before),
    );
  });

  it('keeps a decision when a retry brings an earlier state of the approval', async () => {
    const state = {
      subject: 'tiny/1',
      status: 'PENDING' as const,
      evidenceDigest: sha('evidence'),
      expiresAt: '2030-01-01T00:00:00.000Z',
      votes: [],
      missing: {},
      refused: [],
    };
    const approval = { id: 'approval/tiny/1/1', model: 'tiny', run: 'once', version: 1 };
    await registry.recordApproval({ ...approval, state });
    await registry.recordApproval({ ...approval, state: { ...state, status: 'APPROVED' } });
    await registry.recordApproval({ ...approval, state });
    const row = await db
      .selectFrom('approvals')
      .select('status')
      .where('id', '=', approval.id)
      .executeTakeFirstOrThrow();
    expect(row.status).toBe('APPROVED');
  });

  it('knows the problem and the features of each version, also of one whose evidence has no signature', async () => {
    const { evidence: _, ...rest } = anEvaluation();
    const { signature: __, ...evidence } = anEvaluation().evidence;
    await registry.openRun(opening('run-shape'));
    const ref = await registry.registerVersion({
      ...versionOf('run-shape'),
      evaluation: { ...rest, evidence },
    });
    const { spec } = aPackedSpec();
    expect(await registry.shapeOf(ref)).toEqual({
      problem: problemOf(spec),
      signature: signatureOf(numericSignature(spec.features.set).inputs, problemOf(spec)),
    });
    const inputs: SignatureInput[] = [{ name: 'town', type: 'string', nullable: true }];
    await registry.openRun(opening('run-typed'));
    const typed = await registry.registerVersion({
      ...versionOf('run-typed'),
      evaluation: { ...rest, evidence: { ...evidence, signature: signatureOf(inputs, BINARY) } },
    });
    expect((await registry.shapeOf(typed))?.signature.inputs).toEqual(inputs);
    expect(await registry.shapeOf({ model: 'tiny', version: 999 })).toBeUndefined();
  });

  it('refuses a run whose spec answers another problem than the champion, and records the run', async () => {
    const openRun = makeOpenRun({
      registry: {
        ...registry,
        aliased: () => registry.version({ model: 'tiny', version: 1 }),
        shapeOf: async () => ({ problem: { type: 'regression' }, signature: numericSignature(['x']) }),
      },
    });
    await expect(openRun(opening('run-other'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('its champion, version 1, answers {"type":"regression"}') as string,
    });
    expect(await registry.run('tiny', 'run-other')).toMatchObject({ outcome: null });
  });
});
