import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../client/index.js';
import { MainspringError } from '../../operations/errors.js';
import { signal } from '../../infra/dev/identity.js';
import { partsOf } from '../support/stack.js';
import { AS_OF, EVENTS_SQL, type TinyOptions, writeTinyModel } from '../support/tiny-model.js';
import { type TinyStack, openTinyStack } from '../support/tiny-stack.js';
import { until } from '../support/until.js';

let tiny: TinyStack;

beforeAll(async () => {
  tiny = await openTinyStack('bad-input');
}, 600_000);
afterAll(() => tiny?.close(), 120_000);

/** Message and remedy of a refused start, as a person reads them. */
const refusalOf = async (starting: Promise<unknown>): Promise<string> => {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MainspringError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return `${error.message}\n${error.remedy}`;
};

type Refused = [title: string, model: string, options: TinyOptions, says: RegExp[]];

const refused: Refused[] = [
  [
    'a misspelt key',
    'misspelt-key',
    {
      change: (spec) => {
        spec['trainning'] = spec['training'];
        Reflect.deleteProperty(spec, 'training');
      },
    },
    [/trainning/, /training/, /model\.yaml:\d+/],
  ],
  [
    'an unknown metric',
    'unknown-metric',
    { change: (spec) => Object.assign(spec.charter.success, { metric: 'roc_aux' }) },
    [/charter\.success\.metric/, /roc_aux/, /roc_auc/],
  ],
  [
    'a charter without an owner for a role that must vote',
    'no-owner',
    { change: (spec) => Object.assign(spec.charter, { owners: { 'business-stakeholder': ['maya'] } }) },
    [/ml-engineer/, /owner/],
  ],
  [
    'a charter without owners',
    'no-owners',
    { change: (spec) => Reflect.deleteProperty(spec.charter, 'owners') },
    [/charter\.owners/],
  ],
  ['an empty file', 'empty-file', { file: '' }, [/data\.sources\.events/, /events\.parquet/, /is empty/]],
];

type Failing = [title: string, model: string, options: TinyOptions, says: RegExp[]];

const failing: Failing[] = [
  [
    'a file without rows',
    'no-rows',
    { events: `${EVENTS_SQL} where i < 0` },
    [/data\.sources\.events \(events\.parquet\)/, /no rows at all/, /bring the source up to date/],
  ],
  [
    'a file that is no Parquet',
    'no-parquet',
    { file: 'id,ts\n1,2001-01-01\n' },
    [/events\.parquet/, /Parquet/i],
  ],
  [
    'a missing label column',
    'no-label',
    {
      featureSql: `select id, ts, day, label_ts, x1, x2 from clean
        where ts >= getvariable('window_from') and ts < getvariable('window_to')`,
    },
    [/label/, /features\.sql/],
  ],
  [
    '30 % nulls in a column that allows 1 %',
    'nulls',
    { events: `select * replace (case when id % 10 < 3 then null else x1 end as x1) from (${EVENTS_SQL})` },
    [/notNull\(x1\)/, /30\.0 %/, /1\.0 % is allowed/, /Correct the data/],
  ],
  [
    'a trainer that refuses its parameters with exit code 64',
    'exit-64',
    { trainer: 'exit64.py' },
    [/exit code 64/, /num_leaves/, /Mend the cause/],
  ],
  [
    'a trainer that writes no model',
    'no-model',
    { trainer: 'no_model.py' },
    [/model\/model\.onnx/, /Write the model there/],
  ],
];

describe('input that cannot work', { timeout: 600_000 }, () => {
  it.each(refused)('is refused before anything starts: %s', async (_title, model, options, says) => {
    const message = await refusalOf(tiny.start(model, options));

    for (const part of says) expect(message).toMatch(part);
    expect(
      await tiny.mainspring.lifecycles.list().then((runs) => runs.filter((run) => run.model === model)),
    ).toEqual([]);
    expect(await tiny.began(model)).toEqual([]);
  });

  it('is refused before anything starts: an object store that is not there', async () => {
    const file = await writeTinyModel(`${tiny.site.dataDir}/models`, 'no-store');
    const config = { ...tiny.config, objectStore: { ...tiny.config.objectStore, port: 9 } };
    const astray = connect({ config });

    const message = await refusalOf(
      astray.lifecycles.start(file, { by: 'tester', asOf: AS_OF, run: 'first' }),
    );
    await astray.close();

    expect(message).toMatch(/object store .*127\.0\.0\.1:9 cannot be used/);
    expect(message).toMatch(/MAINSPRING_S3_ENDPOINT/);
    expect(await tiny.began('no-store')).toEqual([]);
  });

  it.each(failing)(
    'ends the run with the reason and registers nothing: %s',
    async (_title, model, options, says) => {
      const run = await tiny.start(model, options);
      const { outcome, outcomeReason } = await tiny.ends(run);

      expect(outcome).toBe('failed');
      for (const part of says) expect(outcomeReason).toMatch(part);
      expect((await tiny.mainspring.models.get(model)).versions).toEqual([]);
      const jobs = await tiny.mainspring.jobs.list({ run });
      expect(jobs.filter(({ endedAt }) => endedAt === null)).toEqual([]);
      expect(await tiny.leftovers(model, 'first')).toEqual({ open: [], failedTasks: [] });
    },
  );

  it('waits for an object store that goes away in the middle, and goes on when it is back', async () => {
    const run = await tiny.start('outage', {
      trainer: 'sleepy.py',
      change: (spec) => {
        spec.training.params = { seconds: 8 };
      },
    });
    await until(async () =>
      (await tiny.mainspring.jobs.list({ run })).some(({ state }) => state === 'running'),
    );

    // The outage outlasts the training, so the result cannot be delivered meanwhile.
    const back = Date.now() + 20_000;
    let kills = 0;
    while (Date.now() < back) {
      const store = partsOf(tiny.site)['object-store'];
      if (store && signal(store, 'SIGKILL')) kills += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { outcome } = await tiny.ends(run);

    expect(kills).toBeGreaterThan(1);
    expect(outcome).toBe('promoted');
    const jobs = await tiny.mainspring.jobs.list({ run });
    expect(jobs.map(({ attempt, state }) => ({ attempt, state }))).toEqual([
      { attempt: 1, state: 'succeeded' },
      { attempt: 1, state: 'succeeded' },
    ]);
  });
});
