import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { ArtifactStore } from '../../ports/artifact-store.js';
import type { JobOrder, JobSite } from '../../ports/job-order.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { ExitCode } from '../../../contracts/exit-code.js';
import type { Spend } from '../../../contracts/training.js';
import type { Ended } from '../../ports/exit-record.js';
import { type Claim, claim } from '../lease/claim.js';
import { type Head, readHead, refusal } from '../lease/head.js';
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
import { type Stop, startHeart } from './heart.js';
import { fetchCheckpoint, fetchInputs } from './inputs.js';
import { type Layout, layoutOf } from './layout.js';
import { logUploader } from './log-uploader.js';
import type { OwnLog } from './own-log.js';
import { startReporter, within } from './reporter.js';
import { ContractViolated, uploadResult } from './result.js';
import { StoreUnreachable, retrying } from './retrying.js';
import { seriesUploader } from './series-uploader.js';
import { supervise } from './supervise.js';
import { trainerEnvironment } from './trainer-environment.js';
import { usageSince } from './usage.js';

export interface Attempt {
  order: JobOrder;
  site: JobSite;
  stores: { objects: ObjectStore; artifacts: ArtifactStore };
  /** Environment of the machine; the trainer sees a part of it. */
  host: NodeJS.ProcessEnv;
  /** Called with what to do when this process is told to end. */
  onTermination: (handler: (signal: NodeJS.Signals) => void) => void;
  log: OwnLog;
  /** Machines that train together with this one, which is rank 0; undefined when there are none. */
  gang: Gang | undefined;
  /** Called when nobody needs the store's keys from the folder any more. */
  forgetSecrets: () => void;
}

/** First characters of output/failure that are kept. */
const FAILURE_CHARS = 1_024;

const reasonOf = async (layout: Layout): Promise<string> =>
  (await readFile(layout.failure, 'utf8').catch(() => '')).slice(0, FAILURE_CHARS).trim();

/** The head if this attempt may work and is the one process that does; undefined when another copy owns the job. */
async function acquire({ order, stores }: Attempt, mine: Claim): Promise<Head | undefined> {
  const { intent, attempt, jobKey } = order;
  const before = await readHead(stores.objects, intent);
  if (refusal(before, attempt)) return undefined;
  const won = await claim(stores.objects, jobKey, { ...mine, resumesFrom: before?.checkpoint ?? null });
  // Once more: a fence between the first look and the claim would otherwise be seen only at the first beat.
  const head = won ? await readHead(stores.objects, intent) : undefined;
  return head && !refusal(head, attempt) ? head : undefined;
}

/** Work on one attempt from claim to result. @returns what it came to; undefined when another copy owns the job */
export async function runAttempt(job: Attempt): Promise<{ ended: Ended; usage: Spend } | undefined> {
  const { order, site, stores, log, gang } = job;
  // All machines are held until the last one ends.
  const gpus = order.resources.gpus * order.resources.nodes;
  const { beatMs, leaseMs } = order.timing;
  const startedMs = Date.now();
  // One nonce for all repetitions: a claim whose answer was lost is still ours.
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
  const series = seriesUploader(stores.objects, order.jobKey, layout.progress);
  const reporter = startReporter(async () => {
    await printed.next();
    await series.next();
  }, beatMs);
  const finish = async (ended: Ended) => {
    log.say(`ended: exit code ${ended.code} (${ended.cause})${ended.reason ? `, ${ended.reason}` : ''}`);
    await Promise.all([heart.stop(), reporter.stop()]);
    // After the lease time the store is taken as gone: the exit record is then the last word.
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
    const upload = checkpointUploader(stores, order, layout, head.checkpoint?.step ?? -1);
    const env = trainerEnvironment(order, site, layout, host, resumeFrom);
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
    // A checkpoint that was written on the way out is what the next attempt resumes from.
    if (run.cause !== 'lease')
      await retrying('last checkpoint', leaseMs, upload).catch((error: unknown) => log.say(String(error)));
    if (blamed)
      return await finish({
        code: blamed.code,
        cause: 'peer',
        reason: `rank ${blamed.rank}: ${blamed.reason}`,
      });
    if (run.code !== ExitCode.ok)
      return await finish({ ...run, reason: (await reasonOf(layout)) || run.reason });
    const counts = await retrying('result', leaseMs, () =>
      withContract(() => uploadResult(stores, order, layout)),
    );
    if (counts instanceof ContractViolated)
      return await finish({ code: ExitCode.ok, cause: 'contract', reason: counts.message });
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

/** Wait for the other machines. @returns where they meet; nothing when the attempt may not go on */
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

/** The other machine that made this one fail, if one did. */
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

/** A violation is an answer here, and not something to try again. */
const withContract = <T>(work: () => Promise<T>): Promise<T | ContractViolated> =>
  work().catch((error: unknown) => {
    if (error instanceof ContractViolated) return error;
    throw error;
  });
