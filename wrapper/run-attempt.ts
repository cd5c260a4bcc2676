import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ArtifactStore } from '../activities/ports/artifact-store.js';
import type { JobOrder, JobSite } from '../activities/ports/job-order.js';
import type { ObjectStore } from '../activities/ports/object-store.js';
import { ExitCode } from '../contracts/exit-code.js';
import type { Spend } from '../contracts/training.js';
import type { Ended } from '../activities/ports/exit-record.js';
import { type Claim, claim } from '../activities/training/lease/claim.js';
import { type Head, readHead, refusal } from '../activities/training/lease/head.js';
import { ContractViolated } from './contract-violated.js';
import { checkpointUploader } from './checkpoints.js';
import { writeConfig } from './config-files.js';
import {
  type Gang,
  GangIncomplete,
  type PeerEnd,
  assemble,
  blame,
  gangEnvironment,
  watchPeers,
} from './gang.js';
import { confine } from './confine.js';
import { unlessDiskFull } from './disk-full.js';
import { forgetFolder, watchDisk } from './disk-limit.js';
import { watchDivergence } from './divergence.js';
import { type Stop, startHeart } from './heart.js';
import { fetchCheckpoint, fetchInputs } from './inputs.js';
import { type Layout, layoutOf } from './layout.js';
import { logUploader } from './log-uploader.js';
import type { OwnLog } from './own-log.js';
import { readPlain } from './plain-file.js';
import { startReporter, within } from './reporter.js';
import { uploadResult } from './result.js';
import { StoreUnreachable, retrying } from './retrying.js';
import { seriesUploader } from './series-uploader.js';
import { supervise } from './supervise.js';
import { cleanText } from './trainer-text.js';
import { trainerEnvironment } from './trainer-environment.js';
import { usageSince } from './usage.js';

export interface Attempt {
  order: JobOrder;
  site: JobSite;
  stores: {
    objects: ObjectStore;
    artifacts: ArtifactStore;
    /** Where checkpoints are stored, apart from everything else. */
    checkpoints: ArtifactStore;
  };
  /** Environment of the machine. Only a part of it is passed to the trainer. */
  host: NodeJS.ProcessEnv;
  /** Registers the handler for a signal that ends this process. */
  onTermination: (handler: (signal: NodeJS.Signals) => void) => void;
  log: OwnLog;
  /** The machines that train together; undefined for a job of one machine. This process is rank 0. */
  gang: Gang | undefined;
  /** Called when the store's keys in the folder are no longer needed. */
  forgetSecrets: () => void;
}

/** Most characters of output/failure that are kept. */
const FAILURE_CHARS = 1_024;

const reasonOf = async (layout: Layout): Promise<string> => {
  const found = await readPlain(layout.failure, layout.base, 4 * FAILURE_CHARS).catch(() => undefined);
  return cleanText(found?.body.toString('utf8') ?? '')
    .slice(0, FAILURE_CHARS)
    .trim();
};

/** The head, if this process owns the attempt and may work. Undefined if another copy owns it. */
async function acquire({ order, stores }: Attempt, mine: Claim): Promise<Head | undefined> {
  const { attempt, jobKey } = order;
  const before = await readHead(stores.objects, order);
  if (refusal(before, attempt)) return undefined;
  const won = await claim(stores.objects, jobKey, { ...mine, resumesFrom: before?.checkpoint ?? null });
  // Read the head again: a fence between the first read and the claim would otherwise be noticed only at the first
  // beat.
  const head = won ? await readHead(stores.objects, order) : undefined;
  return head && !refusal(head, attempt) ? head : undefined;
}

/**
 * Work on one attempt from claim to result.
 *
 * @returns how it ended; undefined if another copy owns the attempt
 */
export async function runAttempt(job: Attempt): Promise<{ ended: Ended; usage: Spend } | undefined> {
  const { order, site, stores, log, gang } = job;
  // All machines are occupied until the last one ends.
  const gpus = order.resources.gpus * order.resources.nodes;
  const { beatMs, leaseMs } = order.timing;
  const startedMs = Date.now();
  // One nonce for all repetitions, so that a claim whose answer was lost is recognised as ours.
  const mine = {
    nonce: randomUUID(),
    host: hostname(),
    pid: process.pid,
    at: new Date().toISOString(),
    gpus,
    ...(gang && { gang: gang.id }),
  };
  const head = await retrying('head and claim', leaseMs, () => acquire(job, mine));
  if (!head) return undefined;

  const layout = layoutOf(site.directory);
  let trainer: number | undefined;
  const usage = () => usageSince(startedMs, trainer, gpus);
  const stops: ((why: Stop) => void)[] = [];
  let early: Stop | undefined;
  const heart = startHeart(stores.objects, order, layout, usage, (why) => {
    early = why;
    for (const stop of stops) stop(why);
  });
  const printed = logUploader(stores.objects, order.jobKey, log.path);
  const series = seriesUploader(stores.objects, order.jobKey, layout);
  const reporter = startReporter(async () => {
    await printed.next();
    await series.next();
  }, beatMs);
  const finish = async (ended: Ended) => {
    log.say(`ended: exit code ${ended.code} (${ended.cause})${ended.reason ? `, ${ended.reason}` : ''}`);
    await Promise.all([heart.stop(), reporter.stop()]);
    // After the lease time the store counts as gone. The exit record then replaces the last beat.
    const patience = ended.cause === 'lease' ? 0 : leaseMs;
    await retrying('last beat', patience, () => heart.last(ended)).catch((error: unknown) =>
      log.say(String(error)),
    );
    const reported = retrying('log', patience, async () => {
      await printed.last();
      await series.next();
    }).catch((error: unknown) => log.say(String(error)));
    await within(patience, reported);
    return { ended, usage: usage() };
  };

  try {
    await writeConfig(order, layout);
    const [resumeFrom] = await Promise.all([
      retrying('checkpoint', leaseMs, () => fetchCheckpoint(stores.artifacts, head.checkpoint, layout)),
      retrying('inputs', leaseMs, () => fetchInputs(stores.artifacts, order, layout)),
    ]);
    if (resumeFrom) log.say(`resuming from step ${head.checkpoint?.step ?? 0}`);
    const host = gang
      ? { ...job.host, ...(await gathered(job, gang, head, () => early !== undefined)) }
      : job.host;
    const upload = checkpointUploader(
      { artifacts: stores.checkpoints, objects: stores.objects },
      order,
      layout,
      head.checkpoint?.step ?? -1,
      log.say,
    );
    const { confinement, variables } = await confine(order.jobKey, site, layout, log.say);
    const env = { ...trainerEnvironment(order, site, layout, host, resumeFrom), ...variables };
    const diverged = watchDivergence(layout, order.objective);
    const disk = watchDisk(site, layout, site.diskBytes);
    let isTooMuch = false;
    const full = async () => {
      const violation = await disk();
      isTooMuch ||= violation !== undefined;
      return violation;
    };
    let peer: PeerEnd | undefined;
    const peers =
      gang &&
      watchPeers(stores.objects, order, gang, (end) => {
        peer ??= end;
        for (const stop of stops) stop('peer');
      });
    const run = await supervise({
      order,
      layout,
      env,
      upload,
      violation: async () => (await full()) ?? diverged(),
      confinement,
      early,
      onStop: (handler) => stops.push(handler),
      onTermination: job.onTermination,
      onStart: (pid) => {
        trainer = pid;
      },
      take: log.take,
      say: log.say,
    });
    trainer = undefined;
    peers?.stop();
    const blamed = run.cause === 'peer' ? peer : gang && (await toBlame(job, gang, run));
    if (run.cause === 'fenced' || run.cause === 'cancelled')
      return await finish({
        code: ExitCode.fenced,
        cause: run.cause,
        reason: `stopped: ${run.cause} by the head`,
      });
    // The trainer may have written a checkpoint while it was stopped. The next attempt resumes from it.
    if (run.cause !== 'lease' && !isTooMuch)
      await retrying('last checkpoint', leaseMs, upload).catch((error: unknown) => log.say(String(error)));
    if (blamed)
      return await finish({
        code: blamed.code,
        cause: 'peer',
        reason: `rank ${blamed.rank}: ${blamed.reason}`,
      });
    if (isTooMuch) await forgetFolder(site, layout);
    if (run.cause === 'contract') return await finish({ ...run, code: ExitCode.ok });
    if (run.code !== ExitCode.ok) {
      const reason = (await reasonOf(layout)) || run.reason;
      const said = `${reason}\n${await log.tail()}`;
      return await finish(await unlessDiskFull({ ...run, reason }, site.directory, said));
    }
    const counts = await retrying('result', leaseMs, () =>
      withContract(() => uploadResult(stores, order, layout)),
    );
    if (counts instanceof ContractViolated)
      return await finish({ code: ExitCode.ok, cause: 'contract', reason: counts.reason });
    return counts
      ? await finish({ code: ExitCode.ok, cause: 'trainer', reason: '' })
      : await finish({
          code: ExitCode.fenced,
          cause: 'fenced',
          reason: 'its result came after a later attempt began',
        });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const cause = error instanceof StoreUnreachable ? 'lease' : 'setup';
    return finish({ code: ExitCode.infrastructure, cause, reason });
  }
}

/**
 * Wait for the other machines.
 *
 * @returns the address where they meet; undefined if the attempt may not continue
 */
async function gathered(
  job: Attempt,
  gang: Gang,
  { checkpoint }: Head,
  early: () => boolean,
): Promise<Record<string, string>> {
  let told = false;
  job.onTermination(() => {
    told = true;
  });
  const start = await assemble(job.stores.objects, job.order, gang, {
    checkpoint,
    environment: job.host,
    stopped: () => told || early(),
    ready: job.forgetSecrets,
  });
  if (told) throw new GangIncomplete('it was told to end before all machines were there');
  return start ? gangEnvironment(gang, start) : {};
}

/** The rank that caused this failure, if it was another one. */
async function toBlame(
  job: Attempt,
  gang: Gang,
  { code, cause, reason }: Ended,
): Promise<PeerEnd | undefined> {
  const { objects } = job.stores;
  const failed = code !== ExitCode.ok && code !== ExitCode.preempted;
  if (!failed || (cause !== 'trainer' && cause !== 'signalled')) return undefined;
  const at = new Date().toISOString();
  return retrying('other machines', job.order.timing.leaseMs, () =>
    blame(objects, job.order, gang, { code, reason, at }),
  );
}

/** Returns a violation as a value, so that it is not retried. */
const withContract = <T>(work: () => Promise<T>): Promise<T | ContractViolated> =>
  work().catch((error: unknown) => {
    if (error instanceof ContractViolated) return error;
    throw error;
  });
