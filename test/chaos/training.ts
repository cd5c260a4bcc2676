import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pRetry from 'p-retry';
import { connect } from '../../client/index.js';
import { createTrainingActivities } from '../../activities/training/index.js';
import { readResult, readCheckpoint } from '../../activities/training/lease/result.js';
import { defaultTiming } from '../../activities/ports/job-order.js';
import { openTraining } from '../../infra/adapters/jobs/open-training.js';
import { loadConfig } from '../../infra/config.js';
import { stopStack } from '../../infra/dev/stack.js';
import { closeSite, everythingOf, openSite } from '../support/stack.js';
import { type FromStores, type Stores, gather, openStores } from './gather.js';
import { type Violation, summarize, violationsOf } from './invariants.js';
import { watchAccounts } from './training/accounts.js';
import { deliverAgain } from './training/deliver-again.js';
import { watchHeads } from './training/heads.js';
import { type Blow, isKill, planStrikes, type Strike } from './training/plan.js';
import { resetOne } from './training/reset.js';
import { ACCOUNT, openWorkload, STEP_SECONDS, type Workload } from './training/workload.js';
import { workIsPaidOnce, workOf } from './training/work.js';
import { openWorld, type World } from './world.js';

export interface TrainingChaosOptions {
  kills: number;
  seed: number;
  say: (line: string) => void;
  keep?: boolean;
  /** Number of studies, each with a single job beside it, that are open at once. */
  openRuns?: number;
  /** Total number of studies. Default: as many as there is time for between the strikes. */
  totalRuns?: number;
  /** Limit of the one account that all of them use; a running job reserves two hours of it. */
  cpuHours?: number;
}

/** Time to look for a target of a strike; afterwards the strike is repeated once at the end. */
const PATIENCE_MS = 30_000;
const SPARE_KILLS = 5;
/** Time between two checks of the wrapper for a finished checkpoint, and time of one upload. */
const CHECKPOINT_LOOK_MS = 1_000;
const UPLOAD_MS = 1_500;
/** Longest time from the last strike to the end of everything. */
const LAST_RUNS_MS = 600_000;

export interface TrainingChaosResult {
  kills: number;
  resets: number;
  deliveredAgain: number;
  intents: number;
  jobs: number;
  billedSeconds: number;
  usefulSeconds: number;
  /** Number of killed job processes, and the seconds of work that they may have cost at most. */
  jobKills: number;
  allowedSeconds: number;
  lost: number;
  doubled: number;
  leftRunning: number;
  seed: number;
  runs: number;
  hits: Partial<Record<Blow, number>>;
  headsSeen: number;
  accountSeen: number;
  violations: Violation[];
}

/** Run studies and jobs while everything that carries them is struck; then check the stores. */
export async function chaosOfTraining(options: TrainingChaosOptions): Promise<TrainingChaosResult> {
  const { seed, say, openRuns = 2, totalRuns = Infinity, cpuHours = 1_000 } = options;
  const site = await openSite('chaos');
  say(`data in ${site.dataDir}`);
  try {
    const world = await openWorld(site, say);
    const config = loadConfig({ ...site.env, MAINSPRING_DATA_DIR: site.dataDir });
    const stores = await openStores(config);
    const outages: { from: number; to: number }[] = [];
    const mainspring = connect({ config });
    await mainspring.budgets.set(ACCOUNT, { cpuHours, by: 'chaos' });
    const heads = watchHeads(stores.objects);
    const accounts = watchAccounts(stores.db);
    const work = await openWorkload(stores.artifacts, join(site.dataDir, 'chaos'));
    const deps = await openTraining({
      ...config,
      engineId: site.engineId,
      s3: config.objectStore,
      db: stores.db,
      environment: site.env,
    });
    const activities = createTrainingActivities(deps);

    const strikes = planStrikes(options.kills, seed);
    const hits: TrainingChaosResult['hits'] = {};
    const runs: string[] = [];
    let striking = true;
    const feeding = feed(stores, work, {
      name: `seed-${seed}`,
      runs,
      isWanted: () => striking && runs.length < totalRuns,
      openRuns,
    }).finally(() => (striking = false));
    feeding.catch(() => undefined);

    const hit = async ({ blow, at }: Strike): Promise<string | boolean | undefined> => {
      if (blow === 'reset') return resetOne(stores.temporal, at);
      if (blow === 'again') return deliverAgain(stores.temporal, activities, at);
      if (blow === 'object-store' || blow === 'everything') {
        const outage = { from: Date.now(), to: Infinity };
        const done = await world.kill(blow, at);
        if (!done) return false;
        outages.push(outage);
        await answers(stores);
        outage.to = Date.now();
        return true;
      }
      return world.kill(blow, at);
    };
    let spare = SPARE_KILLS;
    for (const strike of strikes) {
      await pause(strike.delayMs);
      if (!striking) break;
      const deadline = Date.now() + PATIENCE_MS;
      let done: string | boolean | undefined = false;
      while (!done && Date.now() < deadline) {
        // The previous strike may have hit Temporal.
        done = await hit(strike).catch(() => false);
        if (!done) await pause(200);
      }
      if (!done) {
        if (isKill(strike.blow) && (spare -= 1) >= 0) strikes.push(strike);
        continue;
      }
      hits[strike.blow] = (hits[strike.blow] ?? 0) + 1;
      say(
        `${isKill(strike.blow) ? 'kill -9' : ''} ${strike.blow}${typeof done === 'string' ? `: ${done}` : ''}`,
      );
    }
    striking = false;
    say('no more strikes; waiting for what is open');
    await Promise.race([feeding, pause(LAST_RUNS_MS, undefined, { ref: false })]);

    const sampled = await heads.stop();
    const spending = await accounts.stop();
    await mainspring.close();
    const fromStores = await gather(stores, site);
    const made = await whenMade(stores, fromStores);
    await stores.close();
    await world.close();
    await stopStack(site.dataDir);

    const evidence = {
      ...fromStores,
      jobKills: killsByIntent(fromStores, world),
      answered: [],
      tables: [],
      processes: (await everythingOf(site)).map(({ pid }) => pid),
    };
    const workEvidence = { ...evidence, ...made, outages };
    const worked = workOf(workEvidence, {
      intervalMs: STEP_SECONDS * 1_000 + CHECKPOINT_LOOK_MS + UPLOAD_MS,
      slackMs: defaultTiming.beatMs,
    });
    const known = new Set(evidence.jobs.map(({ intent }) => intent));
    const violations: Violation[] = [
      ...violationsOf(evidence),
      ...sampled.violations,
      ...spending.violations,
      ...workIsPaidOnce(workEvidence, worked),
      ...runs
        .flatMap((run) => work.intents(run))
        .filter((intent) => !known.has(intent))
        .map((intent): Violation => ({ kind: 'lost', what: `${intent} was never begun` })),
    ];
    const kills = Object.entries(hits).reduce((sum, [blow, n]) => sum + (isKill(blow as Blow) ? n : 0), 0);
    if (kills < options.kills && totalRuns === Infinity)
      violations.push({ kind: 'lost', what: `${options.kills - kills} kills found nothing to kill` });
    const killed = new Set(Object.keys(evidence.jobKills));
    const { usefulSeconds: _, ...figures } = summarize(evidence, violations);
    return {
      kills,
      resets: hits.reset ?? 0,
      deliveredAgain: hits.again ?? 0,
      ...figures,
      usefulSeconds: round(worked.reduce((sum, { usefulSeconds }) => sum + usefulSeconds, 0)),
      jobKills: world.killedJobs.length,
      allowedSeconds: round(
        worked
          .filter(({ intent }) => killed.has(intent))
          .reduce((sum, { allowedSeconds }) => sum + allowedSeconds, 0),
      ),
      seed,
      runs: runs.length,
      hits,
      headsSeen: sampled.looks,
      accountSeen: spending.looks,
      violations,
    };
  } finally {
    if (options.keep) {
      await stopStack(site.dataDir);
      site.release();
    } else await closeSite(site);
  }
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;

/** Keeps some runs open until no more are wanted, then waits for the last ones. */
async function feed(
  { temporal }: Stores,
  work: Workload,
  {
    name,
    runs,
    isWanted,
    openRuns,
  }: { name: string; runs: string[]; isWanted: () => boolean; openRuns: number },
): Promise<void> {
  const patient = <T>(ask: () => Promise<T>): Promise<T> =>
    pRetry(ask, { retries: 240, minTimeout: 250, maxTimeout: 1_000 });
  let open: string[] = [];
  while (isWanted() || open.length > 0) {
    const over = await Promise.all(open.map((run) => patient(() => work.isOver(temporal, run))));
    open = open.filter((_, i) => !over[i]);
    while (isWanted() && open.length < openRuns) {
      const run = `${name}-${runs.length + 1}`;
      runs.push(run);
      await patient(() => work.start(temporal, run));
      open.push(run);
    }
    await pause(500);
  }
}

/** Resolves when the object store answers again. */
const answers = ({ objects }: Stores): Promise<unknown> =>
  pRetry(() => objects.get('claims/nobody'), { retries: 600, minTimeout: 100, maxTimeout: 100 });

/** Creation times of results and of the checkpoints that attempts resumed from, from their manifests. */
async function whenMade({ artifacts }: Stores, { jobs, claims, heads }: FromStores) {
  const resumed: Record<string, number> = {};
  const results: Record<string, number> = {};
  for (const { jobKey } of jobs) {
    const from = claims[jobKey]?.resumesFrom;
    if (!from) continue;
    const checkpoint = await readCheckpoint(artifacts, from.manifest);
    resumed[checkpoint.jobKey] = Date.parse(checkpoint.at);
  }
  for (const { result } of Object.values(heads)) {
    if (!result) continue;
    const { jobKey, at } = await readResult(artifacts, result.manifest);
    results[jobKey] = Date.parse(at);
  }
  return { resumed, results };
}

function killsByIntent({ jobs }: FromStores, { killedJobs }: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const killed of killedJobs) {
    const intent = jobs.find(({ jobKey }) => jobKey === killed)?.intent;
    if (intent !== undefined) counts[intent] = (counts[intent] ?? 0) + 1;
  }
  return counts;
}
