import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../client/index.js';
import { releaseId } from '../../contracts/ids.js';
import { type Config, loadConfig } from '../../infra/config.js';
import { signal } from '../../infra/dev/identity.js';
import { type Site, closeSite, everythingOf, openSite, partsOf, startSupervisor } from '../support/stack.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 900_000;
const job = ['--yes', '--sample', '0.05'];
const RUN = 'flight-delay/life-1';

let site: Site;

beforeAll(async () => {
  site = await openSite('main-job');
});
afterAll(() => closeSite(site), 120_000);

const configOf = (): Config => loadConfig({ ...site.env, MAINSPRING_DATA_DIR: site.dataDir });

/** Resolves as soon as a release is under way. */
async function releaseBegins(config: Config): Promise<void> {
  const connection = await Connection.connect({ address: config.temporal.address });
  const { workflow } = new Client({ connection });
  await until(() =>
    workflow
      .getHandle(releaseId('flight-delay', 1))
      .describe()
      .catch(() => undefined),
  );
  await connection.close();
}

const kill9 = (part: string): boolean => {
  const found = partsOf(site)[part];
  return found !== undefined && signal(found, 'SIGKILL');
};

describe('the main job', { timeout: PATIENCE_MS }, () => {
  it('ends with a model that answers, also when the training pool and the deployment pool are killed in their work', async () => {
    const start = startSupervisor(site, [...job, '--once']);
    await start.until('Run life-1 of flight-delay started');
    const config = configOf();
    const mainspring = connect({ config });

    await until(async () => {
      const jobs = await mainspring.jobs.list({ model: 'flight-delay' }).catch(() => []);
      return jobs.some(({ state }) => state === 'running');
    });
    expect(kill9('training')).toBe(true);
    // A run that ends without a release would otherwise be waited for until the time-out.
    const next = Promise.race([
      releaseBegins(config).then(() => 'the release began'),
      start.ended.then(() => 'the job ended'),
    ]);
    expect(await next, start.output()).toBe('the release began');
    expect(kill9('deployment')).toBe(true);
    await mainspring.close();

    expect(await start.ended, start.output()).toBe(0);
    const lines = start.output().trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      run: 'life-1',
      model: 'flight-delay',
      version: 1,
      alias: 'champion',
      probability: expect.closeTo(0.3, 0) as number,
    });
    expect(start.output()).toMatch(/training ended \(SIGKILL\)/);
    expect(start.output()).toMatch(/deployment ended \(SIGKILL\)/);
    expect(await everythingOf(site)).toEqual([]);
  });

  it('is found finished by the next start on the same data, which starts no other run and no other job', async () => {
    const start = startSupervisor(site, job);
    await start.until('The main job took');
    const mainspring = connect({ config: configOf() });

    const runs = await mainspring.lifecycles.list({ model: 'flight-delay' });
    const jobs = await mainspring.jobs.list({ run: RUN });
    const { versions } = await mainspring.models.get('flight-delay');
    await mainspring.close();

    expect(start.output()).toContain('Goes on with run life-1');
    expect(runs.map(({ run, outcome }) => ({ run, outcome }))).toEqual([
      { run: 'life-1', outcome: 'promoted' },
    ]);
    expect(versions).toHaveLength(1);
    // One paid job for each intent: eight trials and the final fit.
    expect(jobs.map(({ attempt, state }) => ({ attempt, state }))).toEqual(
      Array.from({ length: 9 }, () => ({ attempt: 1, state: 'succeeded' })),
    );
    expect(new Set(jobs.map(({ intent }) => intent)).size).toBe(9);
  });
});
