import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../client/index.js';
import type { Config } from '../../infra/config.js';
import { type Stack, startStack } from '../../infra/dev/stack.js';
import { StoresDiffer } from '../../infra/store-ages/stores-differ.js';
import { type Site, closeSite, openSite } from '../support/stack.js';

let site: Site;
let stack: Stack;
const start = (more: NodeJS.ProcessEnv = {}): Promise<Stack> =>
  startStack({ env: { ...site.env, ...more }, dataDir: site.dataDir, autoPorts: true });
const copyOf = (store: string): string => join(site.dataDir, `${store}-copy`);
const restore = async (store: string): Promise<void> => {
  await rm(join(site.dataDir, store), { recursive: true });
  await execa('cp', ['-a', copyOf(store), join(site.dataDir, store)]);
};

async function ages(config: Config): Promise<{ verdict: string; detail: string } | undefined> {
  const mainspring = connect({ config });
  try {
    const { findings } = await mainspring.system.doctor({ deep: true });
    expect(findings.find(({ what }) => what === 'contents of the stores')).toMatchObject({ verdict: 'ok' });
    return findings.find(({ what }) => what === 'ages of the stores');
  } finally {
    await mainspring.close();
  }
}

beforeAll(async () => {
  site = await openSite('ages');
  stack = await start();
  await stack.stop();
  for (const store of ['postgres', 'temporal', 'object-store'])
    await execa('cp', ['-a', join(site.dataDir, store), copyOf(store)]);
}, 300_000);
afterAll(async () => {
  await stack?.stop();
  await closeSite(site);
}, 120_000);

it('starts again on stores of one age, and doctor says so', async () => {
  stack = await start();
  expect(await ages(stack.config)).toMatchObject({ verdict: 'ok' });
  await pause(1_000);
  await stack.stop();
});

it.each([
  ['temporal', 'Temporal'],
  ['object-store', 'the object store'],
])(
  'does not start when only %s was restored, names it, and goes on once it is accepted',
  async (store, name) => {
    await restore(store);
    const refused = await start().then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(refused).toBeInstanceOf(StoresDiffer);
    expect(refused?.message).toContain(`${name} is older than the rest`);
    const [, mark = ''] = /MAINSPRING_ACCEPT_STORE_AGES=(\d+)/.exec(refused?.message ?? '') ?? [];

    stack = await start({ MAINSPRING_ACCEPT_STORE_AGES: mark });
    expect(await ages(stack.config)).toMatchObject({ verdict: 'ok' });
    await stack.stop();
  },
);

it('does not start when only PostgreSQL was restored', async () => {
  await restore('postgres');
  await expect(start()).rejects.toThrow('PostgreSQL is older than the rest');
});
