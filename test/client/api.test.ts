import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import createClient from 'openapi-fetch';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClientHarness, clientHarness } from '../support/client.js';
import type { Mainspring } from '../../client/index.js';
import { type BothWays, openBothWays } from './ways.js';

vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
let harness: ClientHarness;
let both: BothWays;
beforeAll(async () => {
  harness = await clientHarness('api');
  both = await openBothWays(harness);
});
afterAll(async () => {
  await both?.close();
  await harness?.close();
});

/** A program that type-checks against the types generated from the OpenAPI document. */
const PROGRAM = `
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

export async function use(baseUrl: string) {
  const client = createClient<paths>({ baseUrl, headers: { 'mainspring-caller': 'ada' } });
  const set = await client.POST('/v1/budgets/{account}', {
    params: { path: { account: 'vision' } },
    body: { gpuHours: 40 },
  });
  const list = await client.GET('/v1/budgets');
  const runs = await client.GET('/v1/lifecycles', { params: { query: { limit: 5, open: true } } });
  const unknown = await client.GET('/v1/lifecycles/{run}', { params: { path: { run: 'tiny/none' } } });
  const limit: number | null | undefined = set.data?.limit.gpuHours;
  const remedy: string | undefined = unknown.error?.remedy;
  return { limit, accounts: list.data?.map(({ account }) => account), runs: runs.data?.length, remedy };
}

// @ts-expect-error -- a wrong type is found before anything is sent
createClient<paths>({}).POST('/v1/budgets/{account}', { params: { path: { account: 'x' } }, body: { gpuHours: 'much' } });
`;

describe('a client that is generated from the OpenAPI document', () => {
  it('compiles, finds a wrong type, and gets answers and errors', async () => {
    const folder = await mkdtemp(join(root, 'node_modules', '.generated-client-'));
    try {
      const document = await (await fetch(`${both.address}/v1/openapi.json`)).text();
      await writeFile(join(folder, 'api.ts'), astToString(await openapiTypescript(document)));
      const file = join(folder, 'use.ts');
      await writeFile(file, PROGRAM);
      const program = ts.createProgram([file], {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        target: ts.ScriptTarget.ES2023,
        lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
        types: [],
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
      });
      const problems = ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
      expect(problems).toEqual([]);

      const { outputText } = ts.transpileModule(PROGRAM.replace(/\/\/ @ts-expect-error[^]*$/, ''), {
        compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ES2022 },
      });
      const module = join(folder, 'use.mjs');
      await writeFile(module, outputText);
      const { use } = (await import(module)) as { use: (baseUrl: string) => Promise<unknown> };
      expect(await use(both.address)).toEqual({
        limit: 40,
        accounts: ['vision'],
        runs: 0,
        remedy: 'Nothing was started yet.',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    expect(both.warnings).toEqual([]);
  });

  it('is told by status when an input is wrong', async () => {
    const client = createClient({ baseUrl: both.address });
    const { response, error } = await client.POST(
      '/v1/pools/desk' as never,
      { body: { backend: 'local', jobs: 0 } } as never,
    );
    expect(response.status).toBe(422);
    expect(error).toMatchObject({ issues: [{ path: 'jobs' }] });
  });
});

/** The answer of a call, or its error as a caller sees it. */
const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => ({ value }),
    (error: { kind?: string; message: string; remedy?: string; details?: unknown }) => ({
      kind: error.kind,
      message: error.message,
      remedy: error.remedy,
      details: error.details,
    }),
  );

/** Calls whose answers must be equal on both ways. None of them needs a worker. */
const calls: Record<string, (mainspring: Mainspring) => Promise<unknown>> = {
  'budgets.set': ({ budgets }) => budgets.set('both', { money: 3, by: 'maya' }),
  'budgets.set without a limit': ({ budgets }) => budgets.set('both', { by: 'maya' }),
  'budgets.set without a name': ({ budgets }) => budgets.set('both', { money: 3 }),
  'budgets.set with a wrong type': ({ budgets }) => budgets.set('both', { money: 'much' as never }),
  'budgets.list': ({ budgets }) => budgets.list(),
  'budgets.ledger': ({ budgets }) => budgets.ledger('both', { limit: 3 }),
  'budgets.ledger of nothing': ({ budgets }) => budgets.ledger('bth'),
  'prices.list': ({ prices }) => prices.list(),
  'prices.set of no backend': ({ prices }) => prices.set('slrm', { gpuHour: 1, by: 'maya' }),
  'pools.set': ({ pools }) =>
    pools.set('desk', { backend: 'local', jobs: 2, weights: { vision: 3 }, by: 'maya' }),
  'pools.set with an unknown field': ({ pools }) => pools.set('desk', { backend: 'local', job: 2 } as never),
  'pools.list': ({ pools }) => pools.list(),
  'lifecycles.list': ({ lifecycles }) => lifecycles.list({ open: true }),
  'lifecycles.status': ({ lifecycles }) => lifecycles.status('tiny/none'),
  'lifecycles.watch': async ({ lifecycles }) => {
    for await (const look of lifecycles.watch('none')) return look;
  },
  'lifecycles.cancel': ({ lifecycles }) => lifecycles.cancel('none', { by: 'a', reason: 'b' }),
  'lifecycles.report': ({ lifecycles }) => lifecycles.report('none'),
  'lifecycles.start': ({ lifecycles }) => lifecycles.start('/nowhere/model.yaml', { by: 'ada' }),
  'approvals.list': ({ approvals }) => approvals.list(),
  'approvals.vote': ({ approvals }) => approvals.vote('none/1', { by: 'a', verdict: 'approve' }),
  'studies.get': ({ studies }) => studies.get('none'),
  'studies.pause': ({ studies }) => studies.pause('none', { by: 'a', reason: 'b' }),
  'studies.extend': ({ studies }) => studies.extend('none', { by: 'a', trials: 0 }),
  'jobs.list': ({ jobs }) => jobs.list({ limit: 5 }),
  'jobs.get': ({ jobs }) => jobs.get('ms-aaaa-a1'),
  'jobs.series': ({ jobs }) => jobs.series('tiny/none/trial-0'),
  'jobs.logs': async ({ jobs }) => {
    for await (const lines of jobs.logs('tiny/none/trial-0')) return lines;
  },
  'models.list': ({ models }) => models.list(),
  'models.get': ({ models }) => models.get('none@champion'),
  'models.predict': ({ models }) => models.predict('none', { data: { x: 1 } }),
  'models.backfill': ({ models }) => models.backfill('none', { from: '2001-02-02', to: '2001-02-01' }),
  'monitors.get': ({ monitors }) => monitors.get('none'),
  'monitors.observe': ({ monitors }) => monitors.observe('none', { watermark: '2001' }),
  'retraining.list': ({ retraining }) => retraining.list('none'),
  'retraining.trigger': ({ retraining }) => retraining.trigger('none', { by: 'a', reason: 'b' }),
  'retraining.runSchedule': ({ retraining }) => retraining.runSchedule('none'),
  'artifacts.copy': ({ artifacts }) =>
    artifacts.copy({ address: 's3://mainspring/none', mediaType: 'text/csv' }),
  'system.doctor': ({ system }) => system.doctor(),
  'system.storage': ({ system }) => system.storage(),
};

describe('the same call over both ways', () => {
  it.each(Object.entries(calls))(
    '%s gives the same answer, or the same error with its remedy',
    async (_name, call) => {
      const [servers, api] = [
        await outcome(call(both.over.servers.mainspring)),
        await outcome(call(both.over.api.mainspring)),
      ];
      expect(api).toEqual(JSON.parse(JSON.stringify(servers)));
      expect(servers).not.toMatchObject({ kind: 'failed' });
    },
  );

  it('the command line needs nothing but the address', async () => {
    const { cli } = both.over.api;
    expect(JSON.parse((await cli(['budget', '--json'])).stdout)).toMatchObject([{}, {}]);
    expect(await cli(['status', 'none'])).toMatchObject({ exitCode: 4, stdout: '' });
    const away = await cli(['list', '--address', 'http://127.0.0.1:9']);
    expect(away).toMatchObject({ exitCode: 5, stdout: '' });
    expect(away.stderr).toContain('The API at http://127.0.0.1:9 cannot be used');
    expect((await cli(['list', '--address', 'nowhere'])).exitCode).toBe(2);
  });

  it('an upload is stored under the digest that it has, and no other', async () => {
    const wrong = 'a'.repeat(64);
    const response = await fetch(`${both.address}/v1/artifacts/${wrong}`, { method: 'PUT', body: 'rows' });
    expect(response.status).toBe(422);
    expect((await fetch(`${both.address}/v1/artifacts/${wrong}`)).status).toBe(404);
    const { artifacts } = both.over.api.mainspring;
    const file = join(harness.folder, 'upload.csv');
    await writeFile(file, 'a,b\n1,2\n');
    const ref = await artifacts.put(file, 'text/csv');
    expect(await artifacts.put(file, 'text/csv')).toEqual(ref);
    expect(await readFile(await artifacts.fetch(ref), 'utf8')).toBe('a,b\n1,2\n');
    expect(await both.over.servers.mainspring.artifacts.put(file, 'text/csv')).toEqual(ref);
  });
});
