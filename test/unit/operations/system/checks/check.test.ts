import { expect, it } from 'vitest';
import type { Services } from '../../../../../operations/ports/services.js';
import { type Check, ok, run } from '../../../../../operations/system/checks/check.js';
import { objectStore } from '../../../../../operations/system/checks/servers.js';

const services = {} as Services;
const never = (): Promise<never> => new Promise(() => undefined);

it('a check that does not answer fails in time, with a remedy', async () => {
  const silent: Check = { what: 'silent', look: never };
  const found = await run(silent, services, 40);
  expect(found).toMatchObject({ what: 'silent', verdict: 'fail', detail: 'does not answer within 0.04 s' });
  expect(found.remedy).toContain('restart it');
});

it('a check that answers in time is shown as it is', async () => {
  const quick: Check = { what: 'quick', look: async () => ok('well') };
  expect(await run(quick, services, 1_000)).toEqual({
    ...{ what: 'quick', verdict: 'ok', detail: 'well', remedy: '' },
  });
});

it('the object store is asked, although it was opened long ago', async () => {
  const find = async (): Promise<never> => {
    throw new Error('the object store at 127.0.0.1:9000 has not answered for 8 s');
  };
  const opened = {
    settings: { objectStore: '127.0.0.1:9000, bucket b-1' },
    storage: async () => ({ artifacts: { find } }),
  } as unknown as Services;
  expect(await run(objectStore, opened)).toMatchObject({
    verdict: 'fail',
    detail: 'The object store (S3) at 127.0.0.1:9000, bucket b-1 cannot be used: it has not answered for 8 s',
  });
});
