import type { ArtifactRef } from '../../contracts/artifacts.js';
import { logPrefix } from '../../contracts/job-log.js';
import { seriesKey } from '../../contracts/job-series.js';
import { isTerminal } from '../../contracts/job-state.js';
import type { EndedAttempt } from '../ports/reaper-store.js';
import { jobKeyOf } from '../training/job-key.js';
import { leaseOf } from '../training/lease-of.js';
import { beatKey } from '../training/lease/beat.js';
import { checkpointPrefix } from '../training/lease/checkpoint-key.js';
import { dropCheckpoint, readHead } from '../training/lease/head.js';
import { readCheckpoint } from '../training/lease/result.js';
import type { ReaperDeps } from './deps.js';

/** Most attempts looked at in one pass, for each kind of object; the next pass goes on. */
const AT_MOST = 200;
const DAY_MS = 86_400_000;
/** How long logs and curves of ended attempts are kept, if the installation says nothing else. */
export const KEEP_LOGS_MS = 90 * DAY_MS;
/** An attempt that ended so recently may still be read by whoever settles it. */
const SETTLED_MS = 600_000;

type Deps = Pick<ReaperDeps, 'jobs' | 'objects' | 'artifacts' | 'engineId' | 'reaper' | 'keepLogsMs'>;

const keyOf = (ref: ArtifactRef): string => ref.uri.replace(/^s3:\/\/[^/]+\//, '');

async function removeBelow({ objects }: Deps, prefix: string, keep: ReadonlySet<string>): Promise<number> {
  const gone = (await objects.list(prefix)).filter((key) => !keep.has(key));
  if (gone.length > 0) await objects.remove(gone);
  return gone.length;
}

/** Objects of the checkpoint from which a later attempt of the intent would resume. */
async function resumable({ artifacts }: Deps, manifest: ArtifactRef): Promise<Set<string>> {
  const { files } = await readCheckpoint(artifacts, manifest);
  return new Set([manifest, ...Object.values(files)].map(keyOf));
}

/** Head and names of an attempt's intent; undefined while an attempt of it lives, because that may read them. */
async function settled(deps: Deps, { intent }: EndedAttempt) {
  const last = await deps.jobs.last(intent);
  if (last && !isTerminal(last.state)) return undefined;
  const lease = await leaseOf(deps, intent);
  return { lease, head: await readHead(deps.objects, lease) };
}

/**
 * Remove checkpoints that nothing can resume from: of an intent with a result all of them, otherwise all but the one
 * that its head points at. A checkpoint's objects have the job key in their own, so nothing else refers to them.
 */
async function removeSuperseded(deps: Deps, job: EndedAttempt, now: Date): Promise<void> {
  const found = await settled(deps, job);
  if (!found) return;
  const { lease, head } = found;
  const kept = head && !head.result ? head.checkpoint : null;
  const keep = kept ? await resumable(deps, kept.manifest) : new Set<string>();
  const names = new Set([job.jobKey]);
  if (head?.result)
    for (let attempt = 1; attempt <= job.attempt; attempt += 1) names.add(jobKeyOf(lease, attempt));
  let removed = 0;
  for (const jobKey of names) removed += await removeBelow(deps, checkpointPrefix(jobKey), keep);
  const why = head?.result ? 'its intent has a result' : 'a newer one is safe';
  await deps.reaper.record('superseded', job.jobKey, `${removed} objects of checkpoints: ${why}`, now);
}

/**
 * Remove the checkpoint that is left of an attempt without a result. The head forgets it first: an attempt that is
 * started later begins anew, and one that was started meanwhile keeps it.
 */
async function removeLast(deps: Deps, job: EndedAttempt, now: Date): Promise<void> {
  const found = await settled(deps, job);
  if (!found) return;
  const { lease, head } = found;
  if (head && !head.result && head.checkpoint && !(await dropCheckpoint(deps.objects, lease, head))) return;
  const removed = await removeBelow(deps, checkpointPrefix(job.jobKey), new Set());
  await deps.reaper.record('checkpoints', job.jobKey, `${removed} objects: no attempt came to resume`, now);
}

async function removeLogs(deps: Deps, { jobKey }: EndedAttempt, now: Date): Promise<void> {
  const { objects, reaper } = deps;
  let removed = 0;
  for (const prefix of [logPrefix(jobKey), `gangs/${jobKey}/`])
    removed += await removeBelow(deps, prefix, new Set());
  await objects.remove([seriesKey(jobKey), beatKey(jobKey)]);
  await reaper.record('logs', jobKey, `${removed} parts, the curve and the last beat`, now);
}

/**
 * Remove objects of ended attempts that nothing refers to any more: superseded checkpoints soon, the last checkpoint of
 * an attempt without a result as late as its folder, logs and curves after their time. Only attempts with a row in this
 * installation's database are looked at.
 *
 * Idempotent: each removal is recorded, and a repeated one finds nothing.
 */
export async function tidyObjects(
  deps: Deps,
  { keepSucceededMs, keepOthersMs }: { keepSucceededMs: number; keepOthersMs: number },
): Promise<void> {
  const now = new Date();
  const before = (ms: number) => new Date(now.getTime() - ms);
  const { reaper } = deps;
  const settledMs = Math.min(SETTLED_MS, keepSucceededMs);
  for (const job of await reaper.endedWithout('superseded', before(settledMs), AT_MOST))
    await removeSuperseded(deps, job, now);
  for (const job of await reaper.endedWithout('checkpoints', before(keepOthersMs), AT_MOST))
    await removeLast(deps, job, now);
  for (const job of await reaper.endedWithout('logs', before(deps.keepLogsMs ?? KEEP_LOGS_MS), AT_MOST))
    await removeLogs(deps, job, now);
}
