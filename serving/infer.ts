import { pickRows } from './features/feature-batch.js';
import { translate } from './features/layout.js';
import type { FeatureBatch } from '../contracts/feature-batch.js';
import { RequestError } from './request-error.js';
import type { InferenceRequest } from './protocol/inference-request.js';
import type { Answer } from './protocol/inference-response.js';
import type { RequestLog } from './request-log/request-log.js';
import { isCandidates } from './routing/bucket.js';
import { type Caller, isGivenUp } from './sessions/caller.js';
import type { Arm, ServedModel } from './routing/served-model.js';
import type { PairedComparison } from './statistics/paired-comparison.js';

export interface InferenceDeps {
  comparison: PairedComparison;
  requestLog: Pick<RequestLog, 'append'>;
}

/** A request and who waits for its answer. */
export interface Asked {
  request: InferenceRequest;
  caller?: Caller | undefined;
}

/**
 * The champion's arm. Its model decides how requests are read.
 *
 * @throws RequestError 503 if no champion is loaded yet
 */
export function championOf({ champion, model }: ServedModel): Arm {
  if (champion) return champion;
  throw new RequestError(503, `model ${model} has no champion yet`);
}

/**
 * Predictions of the candidate; undefined if it failed. A failure counts on the candidate's arm.
 *
 * @throws RequestError `givenUp`
 */
async function tryCandidate(
  arm: Arm,
  rows: number,
  caller: Caller | undefined,
  batch: () => FeatureBatch,
): Promise<Float32Array | undefined> {
  try {
    return await arm.session.score(batch(), caller);
  } catch (error) {
    if (isGivenUp(error)) throw error;
    arm.statistics.failed(rows);
    return undefined;
  }
}

async function askChampion(arm: Arm, batch: FeatureBatch, caller: Caller | undefined): Promise<Float32Array> {
  try {
    return await arm.session.score(batch, caller);
  } catch (error) {
    if (!(error instanceof RequestError)) arm.statistics.failed(batch.rows);
    throw error;
  }
}

/** Indices of the rows that the candidate answers, by their entities. */
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
 * Answer a request by the routes. If the candidate fails, the champion answers its rows: the client gets an answer,
 * and the error counts on the candidate's arm. An answer that the caller does not wait for is neither counted nor logged.
 */
export async function infer(
  served: ServedModel,
  champion: Arm,
  asked: Asked,
  deps: InferenceDeps,
): Promise<Answer> {
  const startedAt = performance.now();
  const mine = candidatesRows(served, asked.request);
  return mine.length === 0 || !served.candidate
    ? byChampion(served.model, champion, asked, startedAt, deps)
    : byBoth(served, { champion, candidate: served.candidate }, asked, mine, startedAt, deps);
}

async function byChampion(
  model: string,
  champion: Arm,
  { request, caller }: Asked,
  startedAt: number,
  { requestLog }: InferenceDeps,
): Promise<Answer> {
  const predictions = await askChampion(champion, request.batch, caller);
  const latencyMs = performance.now() - startedAt;
  champion.statistics.answered(request.rows, latencyMs);
  const { served, problem } = champion.session;
  const answer: Answer = { problem, rows: request.rows, predictions, versions: served.version };
  requestLog.append({ model, request, ...answer, candidateVersion: undefined, latencyMs });
  return answer;
}

async function byBoth(
  served: ServedModel,
  { champion, candidate }: { champion: Arm; candidate: Arm },
  asked: Asked,
  mine: readonly number[],
  startedAt: number,
  { comparison, requestLog }: InferenceDeps,
): Promise<Answer> {
  const { request, caller } = asked;
  const { rows, batch, values } = request;
  const { model, candidatesRow } = served;
  const all = mine.length === rows;
  const some = (whole: FeatureBatch): FeatureBatch => (all ? whole : pickRows(whole, mine));
  const layouts = { from: champion.session.layout, to: candidate.session.layout };
  const fromCandidate = await tryCandidate(candidate, mine.length, caller, () =>
    some(served.sameLayout ? batch : translate(values, rows, layouts)),
  );
  if (!fromCandidate) return byChampion(model, champion, asked, startedAt, { comparison, requestLog });
  const candidateMs = performance.now() - startedAt;

  const candidateVersion = candidate.session.served.version;
  const { problem, width } = champion.session;
  const answer: Answer = all
    ? { problem, rows, predictions: fromCandidate, versions: candidateVersion }
    : { problem, rows, ...(await merged(fromCandidate)) };
  const latencyMs = performance.now() - startedAt;
  candidate.statistics.answered(mine.length, candidateMs);
  comparison.compare({
    batch: some(batch),
    candidate: fromCandidate,
    champion: champion.session.score,
    statistics: candidate.statistics,
  });
  requestLog.append({ model, request, ...answer, candidateVersion, candidatesRow, latencyMs });
  return answer;

  async function merged(candidates: Float32Array): Promise<Pick<Answer, 'predictions' | 'versions'>> {
    const isMine = new Set(mine);
    const others = Array.from({ length: rows }, (_, row) => row).filter((row) => !isMine.has(row));
    const fromChampion = await askChampion(champion, pickRows(batch, others), caller);
    champion.statistics.answered(others.length, performance.now() - startedAt);
    const predictions = new Float32Array(rows * width);
    const versions = new Array<number>(rows);
    const fill = (at: readonly number[], from: Float32Array, version: number) =>
      at.forEach((row, i) => {
        predictions.set(from.subarray(i * width, (i + 1) * width), row * width);
        versions[row] = version;
      });
    fill(mine, candidates, candidateVersion);
    fill(others, fromChampion, champion.session.served.version);
    return { predictions, versions };
  }
}
