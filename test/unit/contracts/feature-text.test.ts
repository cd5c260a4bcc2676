import { expect, it } from 'vitest';
import { badText } from '../../../contracts/primitives/text.js';
import { CONTROL } from '../../../contracts/feature-text.js';
import { literal } from '../../../contracts/sql-text.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { isFeatureText } from '../../../serving/protocol/storable.js';

it('the data stage and the gateway refuse the same characters of a text feature', async () => {
  const codes = Array.from({ length: 0x120 }, (_, code) => code);
  const found = await openSqlEngine({ memory: '200MB' }).session(
    { folder: '/tmp', signal: new AbortController().signal },
    (session) =>
      session.rows(
        `SELECT code FROM range(${codes.length}) t(code) WHERE regexp_matches('a' || chr(code::INTEGER) || 'b', ${literal(CONTROL)}) ORDER BY code`,
      ),
  );
  const refused = codes.filter((code) => !isFeatureText(`a${String.fromCodePoint(code)}b`));
  expect(found.map(({ code }) => Number(code))).toEqual(refused);
  expect(refused).toEqual(codes.filter((code) => code !== 13 && badText(String.fromCodePoint(code))));
});
