import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Artifacts } from '../../serving/ports.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openReportSink } from '../../infra/adapters/postgres/gateway-reports.js';
import { openRouteSource } from '../../infra/adapters/postgres/gateway-routes.js';
import { openLabelStore } from '../../infra/adapters/postgres/labels.js';
import { openSegmentStore } from '../../infra/adapters/postgres/request-segments.js';
import { MODEL, type Stage, aRequest, get, openStage, post, served, until } from './support.js';

/** A proxy to PostgreSQL that a test can cut and restore. */
async function openWire(url: string) {
  const target = new URL(url);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((near) => {
    if (cut) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.href,
    setCut: (value: boolean) => {
      cut = value;
      if (cut) for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

let stage: Stage;
let wire: Awaited<ReturnType<typeof openWire>>;
let db: ReturnType<typeof openDatabase>;
const wired = () => ({
  routes: openRouteSource(db),
  reports: openReportSink(db),
  labels: openLabelStore(db),
  segments: openSegmentStore(db),
});
const infer = (url: string, n: number) => post(url, `/v2/models/${MODEL}/infer`, aRequest(n));
const label = { model: MODEL, labels: [{ inference_id: 'r-1', label: 1, label_ts: '2001-02-01T00:00:00Z' }] };

beforeEach(async () => {
  stage = await openStage();
  await stage.register(2);
  wire = await openWire(stage.url);
  db = openDatabase(wire.url);
});
afterEach(async () => {
  wire?.setCut(false);
  await stage?.close();
  await db?.destroy();
  await wire?.close();
});

describe('a gateway whose database is away', () => {
  it('serves on, refuses labels that it cannot commit, and catches up afterwards', async () => {
    const { url } = await stage.gateway(wired());
    await served(
      stage.control,
      (await stage.route({ champion: await stage.version(1, 'champion') })).generation,
    );
    wire.setCut(true);
    expect((await infer(url, 1)).status).toBe(200);
    const refused = await post<{ error: string }>(url, '/feedback', label);
    expect(refused.status).toBe(503);
    expect(refused.body.error).toContain('labels were not saved');
    expect((await post(url, `/v2/models/${MODEL}/flush`, {})).status).toBe(503);
    const { generation } = await stage.route({ champion: await stage.version(2, 'better') });
    expect((await infer(url, 2)).body['model_version']).toBe('1');
    wire.setCut(false);
    await served(stage.control, generation);
    expect((await infer(url, 3)).body['model_version']).toBe('2');
    expect((await post(url, '/feedback', label)).status).toBe(200);
    await post(url, `/v2/models/${MODEL}/flush`, {});
    const { rows } = await stage.db
      .selectFrom('request_segments')
      .select((eb) => eb.fn.sum('rows').as('rows'))
      .executeTakeFirstOrThrow();
    expect(Number(rows)).toBe(3);
  });

  it('can be restarted: the last routes and models are on its disk, and the object store may be away too', async () => {
    const { gateway } = await stage.gateway(wired());
    await served(
      stage.control,
      (await stage.route({ champion: await stage.version(1, 'champion') })).generation,
    );
    await gateway.close();
    wire.setCut(true);
    const away = new Error('connect ECONNREFUSED');
    const artifacts: Artifacts = {
      // Cached objects are found without a request, so this address is never used.
      fetch: (ref) => stage.artifacts.fetch({ ...ref, uri: 's3://nowhere/nothing' }),
      putFile: () => Promise.reject(away),
    };
    const again = await stage.gateway({ ...wired(), artifacts });
    expect((await get(again.url, '/v2/health/ready')).status).toBe(200);
    expect(await infer(again.url, 1)).toMatchObject({ status: 200, body: { model_version: '1' } });
  });

  it('is not ready when it starts without having served anything', async () => {
    wire.setCut(true);
    const { url } = await stage.gateway(wired());
    expect((await get(url, '/v2/health/live')).status).toBe(200);
    expect((await get(url, '/v2/health/ready')).status).toBe(503);
  });
});

describe('a gateway whose object store is away', () => {
  it('tries the next generation again until it comes, says why meanwhile, and serves the last one', async () => {
    let away = false;
    const artifacts: Artifacts = {
      fetch: (ref) =>
        away ? Promise.reject(new Error('connect ECONNREFUSED s3')) : stage.artifacts.fetch(ref),
      putFile: (path, type) => stage.artifacts.putFile(path, type),
    };
    const { url } = await stage.gateway({ artifacts });
    await served(
      stage.control,
      (await stage.route({ champion: await stage.version(1, 'champion') })).generation,
    );
    away = true;
    const { generation } = await stage.route({ candidate: await stage.version(2, 'better') });
    const report = await until('the problem is reported', async () =>
      (await stage.control.reports(MODEL)).reports.find(({ problem }) => problem),
    );
    expect(report).toMatchObject({ observedGeneration: generation - 1, refusedGeneration: null });
    expect(report.problem).toContain('ECONNREFUSED s3');
    expect((await infer(url, 1)).status).toBe(200);
    away = false;
    await served(stage.control, generation);
  });
});
