import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { logPartKey } from '../../contracts/job-log.js';
import { seriesKey } from '../../contracts/job-series.js';
import { openJobStore } from '../../infra/adapters/postgres/job-store.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../infra/adapters/s3/object-store.js';
import { type ClientHarness, clientHarness } from '../support/client.js';
import { sha } from '../support/fixtures.js';

/** Each command is a process that compiles at its start, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

let harness: ClientHarness;
let db: ReturnType<typeof openDatabase>;
let jobs: ReturnType<typeof openJobStore>;
const objects = () => openObjectStore(openS3(inject('s3')), inject('s3').bucket);
beforeAll(async () => {
  harness = await clientHarness('logs');
  db = openDatabase(harness.postgresUrl);
  jobs = openJobStore(db);
});
afterAll(async () => {
  await db?.destroy();
  await harness?.close();
});

let n = 0;
/** Insert the row of a job, as a dispatch does. */
async function aJob(run: string, name = 'trial-0', attempt = 1) {
  const letters = randomUUID().replaceAll(/[^a-f]/g, '') + 'abcdef';
  const jobKey = `ms-${letters.slice(0, 6)}${'abcdefghij'[(n += 1) % 10]}-a${attempt}`;
  const intent = `tiny/${run}/${name}`;
  const digests = { specDigest: sha('spec'), jobDigest: sha('job') };
  await jobs.insert({ jobKey, intent, attempt, model: 'tiny', run, ...digests, backend: 'local' });
  return { jobKey, intent };
}
const settle = async (jobKey: string, state: 'succeeded' | 'failed' | 'running') =>
  jobs.update(jobKey, (await jobs.get(jobKey))!.version, { state });
const print = (jobKey: string, offset: number, text: string) =>
  objects().put(logPartKey(jobKey, offset), text);
async function read(name: string, options?: Parameters<ClientHarness['mainspring']['jobs']['logs']>[1]) {
  const lines: string[] = [];
  for await (const batch of harness.mainspring.jobs.logs(name, options)) lines.push(...batch.lines);
  return lines;
}

describe('the log of a job', () => {
  it('is found by job key, by intent and by run, of which it is the one that matters', async () => {
    const run = 'r-names';
    const first = await aJob(run, 'trial-0');
    await settle(first.jobKey, 'succeeded');
    const broken = await aJob(run, 'trial-1');
    await settle(broken.jobKey, 'failed');
    const digest = sha('spec');
    await db.insertInto('specs').values({ digest, model: 'tiny', packed: '{}' }).execute();
    const record = { model: 'tiny', run, spec_digest: digest, as_of: new Date(), started_by: 'ada' };
    await db
      .insertInto('runs')
      .values({ ...record, reason: 'test', trigger_id: null, stage: 'training' })
      .execute();
    const find = (name: string, options = {}) => harness.mainspring.jobs.get(name, options);
    expect(await find(first.jobKey)).toMatchObject({ intent: first.intent });
    expect(await find(first.intent)).toMatchObject({ jobKey: first.jobKey });
    expect(await find(`job/${first.intent}`)).toMatchObject({ jobKey: first.jobKey });
    // No job is running, so the failed one is found.
    expect(await find(run)).toMatchObject({ jobKey: broken.jobKey });
    const second = await aJob(run, 'trial-1', 2);
    expect(await find(`tiny/${run}`)).toMatchObject({ jobKey: second.jobKey });
    await expect(find(run, { attempt: 7 })).rejects.toMatchObject({ kind: 'usage' });
    expect(await find(broken.intent)).toMatchObject({ jobKey: second.jobKey });
    expect(await find(broken.intent, { attempt: 1 })).toMatchObject({ jobKey: broken.jobKey });
    await expect(find(broken.intent, { attempt: 7 })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(find('ms-aaaa-a1')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('comes in whole lines, across parts and characters that were cut', async () => {
    const { jobKey } = await aJob('r-parts');
    const whole = Buffer.from('one\ntwö\nthree');
    // The cut lies between the two bytes of ö.
    await objects().put(logPartKey(jobKey, 0), whole.subarray(0, 7));
    await objects().put(logPartKey(jobKey, 7), whole.subarray(7));
    expect(await read(jobKey)).toEqual(['one', 'twö', 'three']);
  });

  it.each([
    [0, []],
    [1, ['d']],
    [3, ['b', 'c', 'd']],
    [99, ['a', 'b', 'c', 'd']],
  ])('--tail %i reads from the end', async (tail, lines) => {
    const { jobKey } = await aJob(`r-tail-${tail}`);
    await print(jobKey, 0, 'a\nb\n');
    await print(jobKey, 4, 'c\nd\n');
    expect(await read(jobKey, { tail })).toEqual(lines);
  });

  it('says how much is left out of one that was too long', async () => {
    const { jobKey } = await aJob('r-cut');
    await print(jobKey, 0, 'begin\n');
    await print(jobKey, 100, 'end\n');
    expect(await read(jobKey)).toEqual([
      'begin',
      '[mainspring] 94 bytes are left out here: the log is too long',
      'end',
    ]);
  });

  it('is followed until the job is over, with what it printed last', async () => {
    const { jobKey } = await aJob('r-follow');
    await settle(jobKey, 'running');
    await print(jobKey, 0, 'first\n');
    const seen: string[] = [];
    const following = (async () => {
      for await (const { lines } of harness.mainspring.jobs.logs(jobKey, { follow: true, intervalMs: 50 }))
        seen.push(...lines);
    })();
    await vi.waitFor(() => expect(seen).toEqual(['first']));
    await print(jobKey, 0, 'first\nsecond\n');
    await vi.waitFor(() => expect(seen).toEqual(['first', 'second']));
    await print(jobKey, 0, 'first\nsecond\nlast');
    await settle(jobKey, 'succeeded');
    await following;
    expect(seen).toEqual(['first', 'second', 'last']);
  });

  it('goes to stdout alone on the command line, one JSON object a line when asked', async () => {
    const { jobKey, intent } = await aJob('r-cli');
    await print(jobKey, 0, 'one\ntwo\n');
    const plain = await harness.cli(['logs', intent]);
    expect(plain).toMatchObject({ exitCode: 0, stdout: 'one\ntwo' });
    expect(plain.stderr).toContain(`${intent}, attempt 1 (intended), ${jobKey} on local`);
    const json = await harness.cli(['logs', jobKey, '--tail', '1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ jobKey, text: 'two' });
    expect(await harness.cli(['logs', 'ms-nobody-a1'])).toMatchObject({ exitCode: 4, stdout: '' });
    expect(await harness.cli(['logs', jobKey, '--tail', '-3'])).toMatchObject({ exitCode: 2 });
  });
});

it('the curve of a job is read by its name, and is null before it told any progress', async () => {
  const { jobKey, intent } = await aJob('r-series');
  expect(await harness.mainspring.jobs.series(intent)).toBeNull();
  const series = { jobKey, lines: 1, stride: 1, points: [{ step: 1, total: 2, metrics: {}, at: 'now' }] };
  await objects().put(seriesKey(jobKey), JSON.stringify(series));
  expect(await harness.mainspring.jobs.series(intent)).toEqual(series);
});
