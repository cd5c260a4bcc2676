import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFeatures } from '../../../../activities/data/check-features.js';
import { columnsOf } from '../../../../activities/data/table.js';
import { ModelSpec } from '../../../../contracts/spec/model-spec.js';
import { openSqlEngine } from '../../../../infra/adapters/duckdb/sql-engine.js';
import { planWindows } from '../../../../workflows/policy/windows.js';
import { specInput } from '../../../support/fixtures.js';

const ROWS = `select i as id, timestamp '2001-01-01' + to_hours(i::int) as ts, (timestamp '2001-01-01' + to_hours(i::int))::date as day,
  timestamp '2001-01-01' + to_hours(i::int) as label_ts, (i % 3 = 0)::int as label, i % 7 as x from range(100) t(i)`;

/** What the checks of a feature table say that set rows aside or fail, by the name of the check. */
async function faults(
  select: string,
  problem: ModelSpec['charter']['problem'] = 'binary-classification',
  setsAside = true,
) {
  const spec = ModelSpec.parse({
    ...specInput,
    charter: { ...specInput.charter, problem },
  });
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-features-'));
  const windows = planWindows({
    asOf: '2001-02-01T00:00:00.000Z',
    split: spec.split,
    lookback: '1d',
    history: null,
  });
  try {
    return await openSqlEngine().session(
      { folder, signal: new AbortController().signal },
      async (session) => {
        await session.run(`CREATE TABLE features AS SELECT * FROM (${select}) ORDER BY ALL`);
        const columns = await columnsOf(session, 'features');
        const { checks } = await checkFeatures(session, spec, { windows, columns, folder, setsAside });
        return Object.fromEntries(
          checks
            .filter(({ verdict }) => verdict === 'fail' || verdict === 'quarantine')
            .map(({ check, message }) => [check, message]),
        );
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const replaced = (expression: string, column = 'x') =>
  `select * replace (${expression} as ${column}) from (${ROWS})`;

describe('a row with a feature that a model cannot take is set aside, and named', () => {
  const cases: [string, string, RegExp][] = [
    [
      'a finite 64-bit float beyond 32 bits',
      `if(id in (5, 90), 1.7976931348623157e308, x)::double`,
      /^2 of 100 rows \(2\.0 %\) have a x that is NaN, infinite or beyond ±3\.4e38.*e\.g\. 1\.7976931348623157e\+308 in the row with id 5, 1\.7976931348623157e\+308 in the row with id 90; they are set aside$/,
    ],
    ['a negative one', `if(id = 5, -1e39, x)::double`, /^1 of 100 rows .*-1e\+39 in the row with id 5/],
    ['NaN', `if(id = 5, 'nan'::float, x::float)`, /^1 of 100 rows .*nan in the row with id 5/],
    ['infinity', `if(id = 5, '-inf'::double, x)`, /^1 of 100 rows .*-inf in the row with id 5/],
    ['an integer beyond 2^53', `if(id = 5, 9007199254740993, x)`, /9007199254740993 in the row with id 5/],
    [
      'the smallest integer of 128 bits',
      `if(id = 5, '-170141183460469231731687303715884105728'::hugeint, x::hugeint)`,
      /^1 of 100 rows .*beyond ±9007199254740991/,
    ],
    [
      'the largest unsigned integer of 128 bits',
      `if(id = 5, 340282366920938463463374607431768211455::uhugeint, x::uhugeint)`,
      /^1 of 100 rows .*beyond ±9007199254740991/,
    ],
  ];
  it.each(cases)('%s', async (_what, x, message) => {
    expect(await faults(replaced(x))).toEqual({ 'finite(x)': expect.stringMatching(message) as string });
  });

  it.each([
    ['a control character', `if(id = 5, 'a' || chr(7), 'b')`],
    ['one of the second set', `if(id = 5, 'a' || chr(144), 'b')`],
    ['a NUL', `if(id = 5, 'a' || chr(0), 'b')`],
    ['more than 32,768 characters', `if(id = 5, repeat('a', 32769), 'b')`],
  ])('a text with %s', async (_what, x) => {
    expect(await faults(replaced(x))).toEqual({
      'text(x)': expect.stringMatching(
        /^1 of 100 rows .*which the gateway refuses in a request.*set aside$/,
      ) as string,
    });
  });

  it('but not a text with line breaks and tabs, of 32,768 characters', async () => {
    expect(await faults(replaced(`if(id = 5, E'a\\tb\\r\\n', repeat('ü', 32768))`))).toEqual({});
  });

  it('but more than a twentieth of the rows stop the lifecycle', async () => {
    const x = `if(id < 6, 'nan'::double, x)`;
    expect(await faults(replaced(x))).toEqual({
      'finite(x)': expect.stringMatching(/at most 5\.0 % may be set aside$/) as string,
    });
  });

  it('but checks that together set more aside than a twentieth do, each row counted once', async () => {
    const apart = `select * replace (if(id between 0 and 3, 'nan'::double, x) as x, if(id between 3 and 6, null, day) as day) from (${ROWS})`;
    expect((await faults(apart))['setAside']).toBe(
      '7 of 100 rows (7.0 %) fail one of 2 checks; at most 5.0 % may be set aside',
    );
    const same = `select * replace (if(id < 4, 'nan'::double, x) as x, if(id < 4, null, day) as day) from (${ROWS})`;
    expect(await faults(same)).not.toHaveProperty('setAside');
  });

  it('but one row stops a workflow that does not know of rows that are set aside', async () => {
    expect(await faults(replaced(`if(id = 5, 'nan'::double, x)`), 'binary-classification', false)).toEqual({
      'finite(x)': expect.stringMatching(/^1 of 100 rows .*none is allowed$/) as string,
    });
  });

  it('but not the largest 32-bit float, and no missing value', async () => {
    expect(
      await faults(replaced(`case id when 5 then 3.4028234663852886e38 when 6 then null else x end::double`)),
    ).toEqual({});
  });
});

it('a row with a label of a regression beyond 32 bits is set aside, as one with NaN is', async () => {
  const found = await faults(
    replaced(`case id when 5 then 1e300 when 6 then 'nan'::double else id end`, 'label'),
    'regression',
  );
  expect(found['label(label)']).toMatch(
    /^2 of 100 rows .*other than a finite number within ±3\.4e38, e\.g\. 1e\+300 in the row with id 5, nan in the row with id 6/,
  );
});

it('an id or a unit that is NaN is missing', async () => {
  expect(await faults(replaced(`if(id = 5, 'nan'::double, id)`, 'id'))).toMatchObject({
    'notNull(id)': expect.stringMatching(/^1 of 100 rows .*have no id/) as string,
  });
});
