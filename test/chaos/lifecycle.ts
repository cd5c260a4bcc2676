import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../client/index.js';
import { sampledFlights } from '../../examples/flight-delay/sampled-source.js';
import { loadConfig } from '../../infra/config.js';
import { closeSite, everythingOf, openSite } from '../support/stack.js';
import { stopStack } from '../../infra/dev/stack.js';
import type { Evidence } from './evidence.js';
import { gather, openStores } from './gather.js';
import { summarize, violationsOf, type Violation } from './invariants.js';
import { live } from './life.js';
import { writeModelFile } from './model-file.js';
import { type Kill, planKills } from './plan.js';
import { startTraffic, type Traffic } from './traffic.js';
import { compareWithUndisturbed } from './undisturbed.js';
import { openWorld, type World } from './world.js';

export interface ChaosOptions {
  kills: number;
  seed: number;
  /** Kills planned for one lifecycle. Kills that it was too short for move to the next one. */
  perLife?: number;
  trials?: number;
  say: (line: string) => void;
  /** True keeps the data directory with its logs. Default: false. */
  keep?: boolean;
}

const MODEL = 'flight-delay';
const AS_OF = '2001-02-01';
/** Share of the flights, 0–1. It grows with each life, so that no life reuses the steps of an earlier one. */
const SAMPLE = 0.05;
const SAMPLE_STEP = 0.002;
/** Most extra lives, which follow when kills found no target. */
const SPARE_LIVES = 4;
/** Time for which the gateway may hold log entries in memory. */
const UNWRITTEN_MS = 2_000;

export interface ChaosResult {
  kills: number;
  intents: number;
  jobs: number;
  billedSeconds: number;
  usefulSeconds: number;
  lost: number;
  doubled: number;
  leftRunning: number;
  seed: number;
  runs: number;
  /** Target → number of kills. */
  hits: Record<string, number>;
  requests: { answered: number; unanswered: number };
  violations: Violation[];
}

/** Run whole lifecycles on a separate stack, with kill -9 at seeded moments; then check the stores. */
export async function chaosOfLifecycles(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, say, perLife = 8, trials = 4 } = options;
  const site = await openSite('chaos');
  say(`data in ${site.dataDir}`);
  try {
    const world = await openWorld(site, say);
    const config = loadConfig({ ...site.env, MAINSPRING_DATA_DIR: site.dataDir });
    const mainspring = connect({ config });
    const folder = join(site.dataDir, 'chaos');
    await mkdir(folder, { recursive: true });
    const { file, spec } = await writeModelFile(folder, trials);

    const lives = planKills(options.kills, seed, perLife);
    const hits: Record<string, number> = {};
    const runs: string[] = [];
    let traffic: Traffic | undefined;
    let left: Kill[] = [];
    const longest = lives.length + SPARE_LIVES;
    for (let n = 0; n < lives.length || (left.length > 0 && n < longest); n += 1) {
      const run = `chaos-${seed}-${n + 1}`;
      const kills = [...left, ...(lives[n] ?? [])];
      const flights = await sampledFlights(SAMPLE + n * SAMPLE_STEP, config.dataDir);
      await mainspring.lifecycles.start(file, { by: 'chaos', asOf: AS_OF, run, sources: { flights } });
      say(`run ${run}, kills: ${kills.map(({ target, stage }) => `${target}@${stage}`).join(', ')}`);
      const life = await live(mainspring, world, run, kills, say);
      runs.push(run);
      // If the stage ended before the kill, the delay is halved for the next life.
      left = life.unspent.map((kill) => ({ ...kill, delayMs: Math.floor(kill.delayMs / 2) }));
      for (const { target } of life.spent) hits[target] = (hits[target] ?? 0) + 1;
      traffic ??= startTraffic(config.gateway.url, MODEL, spec.features.set.length, `seed-${seed}`);
    }
    await traffic?.stop();
    await flush(config.gateway.url);

    const stores = await openStores(config);
    const fromStores = await gather(stores, site);
    const tables: Evidence['tables'] = [];
    for (const run of runs) tables.push(...(await compareWithUndisturbed(stores, MODEL, run)));
    await stores.close();
    await mainspring.close();
    await world.close();
    await stopStack(site.dataDir);

    const evidence: Evidence = {
      ...fromStores,
      jobKills: killsByIntent(fromStores.jobs, world.killedJobs),
      answered: surelyLogged(traffic, world.gatewayKills),
      tables,
      processes: (await everythingOf(site)).map(({ pid }) => pid),
    };
    const violations = violationsOf(evidence);
    if (left.length > 0)
      violations.push({
        kind: 'lost',
        what: `${left.length} kills found nothing to kill in ${longest} lives`,
      });
    const { lost, doubled, leftRunning, ...figures } = summarize(evidence, violations);
    return {
      kills: Object.values(hits).reduce((sum, n) => sum + n, 0),
      ...figures,
      lost,
      doubled,
      leftRunning,
      seed,
      runs: runs.length,
      hits,
      requests: { answered: traffic?.answered.size ?? 0, unanswered: traffic?.unanswered() ?? 0 },
      violations,
    };
  } finally {
    if (options.keep) {
      await stopStack(site.dataDir);
      site.release();
    } else await closeSite(site);
  }
}

async function flush(gateway: string): Promise<void> {
  await fetch(`${gateway}/v2/models/${MODEL}/flush`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(60_000),
  }).then((response) => response.text());
}

function killsByIntent(jobs: Evidence['jobs'], killed: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const killedKey of killed) {
    const intent = jobs.find(({ jobKey }) => jobKey === killedKey)?.intent;
    if (intent) counts[intent] = (counts[intent] ?? 0) + 1;
  }
  return counts;
}

/**
 * Requests that must be in the log. Excluded are requests that a killed gateway may have held in memory: asked
 * before the kill, and answered shortly before it or later.
 */
function surelyLogged(traffic: Traffic | undefined, gatewayKills: World['gatewayKills']): string[] {
  return [...(traffic?.answered ?? [])]
    .filter(([, { askedAt, answeredAt }]) =>
      gatewayKills.every(({ from, to }) => askedAt > to || answeredAt < from - UNWRITTEN_MS),
    )
    .map(([id]) => id);
}
