import { isCandidates } from './routing/bucket.js';
import type { Arm, ServedModel } from './routing/served-model.js';
import { RequestError } from './protocol/request-error.js';
import type { InferenceRequest } from './protocol/inference-request.js';
import type { Answer } from './protocol/inference-response.js';
import type { RequestLog } from './request-log/request-log.js';
import type { PairedComparison } from './statistics/paired-comparison.js';

export interface InferenceDeps {
  comparison: PairedComparison;
  requestLog: Pick<RequestLog, 'append'>;
}

/** Some rows of a request, in a request of their own. */
function pick(features: Float32Array, rows: readonly number[], width: number): Float32Array {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => picked.set(features.subarray(row * width, (row + 1) * width), i * width));
  return picked;
}

/** What the arm says, or undefined when it failed; the failure is on its account. */
async function tryCandidate(
  arm: Arm,
  features: Float32Array,
  rows: number,
): Promise<Float32Array | undefined> {
  try {
    return await arm.session.score(features, rows);
  } catch {
    arm.statistics.failed(rows);
    return undefined;
  }
}

async function askChampion(arm: Arm, features: Float32Array, rows: number): Promise<Float32Array> {
  try {
    return await arm.session.score(features, rows);
  } catch (error) {
    if (!(error instanceof RequestError)) arm.statistics.failed(rows);
    throw error;
  }
}

/** The rows whose entities are the candidate's. */
function candidatesRows(served: ServedModel, request: InferenceRequest): number[] {
  const rows: number[] = [];
  if (!served.candidate || served.share === 0) return rows;
  let entity: string | undefined;
  let mine = false;
  for (let row = 0; row < request.rows; row++) {
    const next = request.entity(row);
    if (next !== entity) mine = isCandidates(served.salt, next, served.share);
    entity = next;
    if (mine) rows.push(row);
  }
  return rows;
}

/**
 * Answer a request by the routes. A candidate that fails is the champion's to answer for: the client never notices, the
 * candidate's arm does.
 */
export async function infer(
  served: ServedModel,
  request: InferenceRequest,
  deps: InferenceDeps,
): Promise<Answer> {
  const { champion, candidate } = served;
  if (!champion) throw new RequestError(503, `model ${served.model} has no champion yet`);
  const startedAt = performance.now();
  const mine = candidatesRows(served, request);
  return mine.length === 0 || !candidate
    ? byChampion(served.model, champion, request, startedAt, deps)
    : byBoth(served.model, { champion, candidate }, request, mine, startedAt, deps);
}

async function byChampion(
  model: string,
  champion: Arm,
  request: InferenceRequest,
  startedAt: number,
  { requestLog }: InferenceDeps,
): Promise<Answer> {
  const scores = await askChampion(champion, request.features, request.rows);
  const latencyMs = performance.now() - startedAt;
  champion.statistics.answered(request.rows, latencyMs);
  const { version } = champion.session.served;
  requestLog.append({ model, request, scores, versions: version, candidateVersion: undefined, latencyMs });
  return { scores, versions: version };
}

async function byBoth(
  model: string,
  { champion, candidate }: { champion: Arm; candidate: Arm },
  request: InferenceRequest,
  mine: readonly number[],
  startedAt: number,
  { comparison, requestLog }: InferenceDeps,
): Promise<Answer> {
  const { rows, features } = request;
  const width = features.length / rows;
  const all = mine.length === rows;
  const candidateFeatures = all ? features : pick(features, mine, width);
  const fromCandidate = await tryCandidate(candidate, candidateFeatures, mine.length);
  if (fromCandidate) {
    candidate.statistics.answered(mine.length, performance.now() - startedAt);
    comparison.compare({
      features: candidateFeatures,
      rows: mine.length,
      scores: fromCandidate,
      champion: champion.session.score,
      statistics: candidate.statistics,
    });
  } else return byChampion(model, champion, request, startedAt, { comparison, requestLog });

  const candidateVersion = candidate.session.served.version;
  const answer: Answer = all ? { scores: fromCandidate, versions: candidateVersion } : await merged();
  const latencyMs = performance.now() - startedAt;
  requestLog.append({ model, request, ...answer, candidateVersion, latencyMs });
  return answer;

  async function merged(): Promise<Answer> {
    const isMine = new Set(mine);
    const others = Array.from({ length: rows }, (_, row) => row).filter((row) => !isMine.has(row));
    const fromChampion = await askChampion(champion, pick(features, others, width), others.length);
    champion.statistics.answered(others.length, performance.now() - startedAt);
    const scores = new Float32Array(rows);
    const versions = new Array<number>(rows);
    const fill = (at: readonly number[], from: Float32Array, version: number) =>
      at.forEach((row, i) => {
        scores[row] = from[i] ?? NaN;
        versions[row] = version;
      });
    fill(mine, fromCandidate ?? new Float32Array(), candidateVersion);
    fill(others, fromChampion, champion.session.served.version);
    return { scores, versions };
  }
}
