import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type {
  Artifacts,
  LabelStore,
  Log,
  ModelLoader,
  ReportSink,
  RouteSource,
  SegmentStore,
} from './ports.js';
import { reportRoutes } from './report.js';
import { type RequestLogLimits, openRequestLog } from './request-log/request-log.js';
import { segmentShipper } from './request-log/ship-segments.js';
import { followRoutes } from './routing/follow-routes.js';
import { routeCache } from './routing/route-cache.js';
import { buildServer } from './server.js';
import { openSession } from './sessions/session.js';
import { sessionPool } from './sessions/session-pool.js';
import { pairedComparison } from './statistics/paired-comparison.js';

export interface GatewayDeps {
  /** Name of this gateway. It stays the same over restarts, so that a restarted gateway replaces its own reports. */
  gateway: string;
  /** Folder for the last routes and the request log. Each gateway needs its own. */
  stateDir: string;
  routes: RouteSource;
  reports: ReportSink;
  labels: LabelStore;
  segments: SegmentStore;
  artifacts: Artifacts;
  models: ModelLoader;
  log: Log;
  pollMs?: number;
  reportMs?: number;
  /** Longest time until a request has come whole. */
  receiveMs?: number;
  requestLogLimits?: RequestLogLimits;
}

export interface Gateway {
  server: FastifyInstance;
  listen(address: { host: string; port: number }): Promise<string>;
  /** Finishes running requests, ships the request log and releases the models. */
  close(): Promise<void>;
}

export async function openGateway(deps: GatewayDeps): Promise<Gateway> {
  const { gateway, stateDir, artifacts, log } = deps;
  const pool = sessionPool((served) => openSession({ artifacts, models: deps.models }, served), log);
  const shipper = segmentShipper({ artifacts, segments: deps.segments, log });
  const requestLog = await openRequestLog(
    { directory: join(stateDir, 'request-log'), shipper, log },
    deps.requestLogLimits,
  );
  const comparison = pairedComparison();
  const routing = await followRoutes(
    { source: deps.routes, cache: routeCache(join(stateDir, 'routes.json')), pool, log },
    deps.pollMs ?? 300,
  );
  const reporting = reportRoutes({ gateway, routing, sink: deps.reports, log }, deps.reportMs ?? 500);
  const server = buildServer({
    ...{ routing, comparison, requestLog, labels: deps.labels, log },
    ...(deps.receiveMs === undefined ? {} : { receiveMs: deps.receiveMs }),
  });

  return {
    server,
    listen: async ({ host, port }) => {
      await server.listen({ host, port });
      const { port: taken } = server.server.address() as AddressInfo;
      return `http://${host}:${taken}`;
    },
    close: async () => {
      await server.close();
      await reporting.stop();
      await routing.stop();
      await comparison.idle();
      await requestLog.close();
      await pool.close();
    },
  };
}
