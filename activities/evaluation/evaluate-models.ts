import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { canonicalJson, digestOf } from '../../contracts/digest.js';
import { EvaluationInput, EvaluationResult, Evidence } from '../../contracts/evaluation.js';
import { parseOrFail } from '../../contracts/failures.js';
import { batchOf } from '../../contracts/feature-batch.js';
import { metricsOf } from '../../contracts/metrics/compare.js';
import { BINARY } from '../../contracts/problems/index.js';
import { OTHER_PROBLEM_REMEDY, otherProblem } from '../../contracts/problems/other-problem.js';
import { type SignatureInput, numericSignature } from '../../contracts/signature.js';
import { withScratch } from '../data/scratch.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { Registry } from '../ports/registry.js';
import type { LoadedModel, ModelShape, Scorer } from '../ports/scorer.js';
import type { SqlEngine, SqlSession } from '../ports/sql-engine.js';
import type { StepStore } from '../ports/step-store.js';
import { remember } from '../remember.js';
import { checkChampionsFeatures, checkTable, impossible } from './check-table.js';
import type { Coded } from './codes.js';
import { goldenRequests } from './golden.js';
import { type KeepAlive, withKeepAlive } from './keep-alive.js';
import { latencyP99Ms } from './latency.js';
import { referenceProfile } from './reference-profile.js';
import { reportHtml } from './report/report.js';
import { scoreRows } from './score.js';
import type { ScoredRows } from './scored-rows.js';
import { sliceResults } from './slices.js';
import { metricsToCompute, statisticsOf } from './statistics.js';

export interface EvaluationDeps {
  artifacts: ArtifactStore;
  steps: StepStore;
  scorer: Scorer;
  registry: Pick<Registry, 'shapeOf'>;
  sql: Pick<SqlEngine, 'session' | 'version'>;
  /** Folder for temporary files. */
  scratchDir: string;
}

/**
 * Evaluate the candidate and the champion on the same held-out rows with the engine's own runtime. Stores the
 * evidence, the report, the scores, the golden requests, and the reference profile for drift.
 *
 * Idempotent by the digest of the models, the tables and the parts of the spec that shape the result: a recorded
 * result is returned as long as its objects exist. Heartbeats the current phase every few seconds. A retry starts
 * over, which takes seconds. A cancel ends the activity between two batches.
 *
 * @throws ApplicationFailure `InvalidInput`, `ModelUnusable`, `ModelTooSlow`, `EvaluationImpossible`, `ArtifactMissing`,
 * `ArtifactCorrupt` (never retried)
 */
export function makeEvaluateModels(deps: EvaluationDeps) {
  return async function evaluateModels(input: EvaluationInput): Promise<EvaluationResult> {
    const request = parseOrFail(EvaluationInput, input);
    const { model, run } = request;
    // The run is part of the key because the evidence contains it, and votes are bound to the digest of the evidence.
    const step = {
      kind: 'evaluate-models' as const,
      engine: deps.sql.version,
      model,
      run,
      inputs: request,
      output: EvaluationResult,
    };
    return withKeepAlive((alive) => remember(deps, step, () => evaluate(deps, request, alive)));
  };
}

/** The noun for one unit in messages: `day` if the values are dates, else the column's name. */
const unitNoun = ({ by, values }: Coded): string =>
  values.every((value) => /^\d{4}-\d{2}-\d{2}$/.test(value)) ? 'day' : by;

/**
 * The problem and the signature of the candidate. A message without these fields means two classes and float32
 * features.
 */
const modelShape = ({ problem = BINARY, signature, features }: EvaluationInput) => ({
  problem,
  signature: signature ?? numericSignature(features),
});

/**
 * The problem and the signature of the champion: those of its own version, because features may be added, reordered or get
 * another type. A version that the registry does not know has those of the candidate.
 *
 * @throws Failure `EvaluationImpossible` when it answers another problem
 */
async function championShape(
  registry: Pick<Registry, 'shapeOf'>,
  { model, champion }: EvaluationInput,
  own: ModelShape,
): Promise<ModelShape> {
  const version = champion?.version ?? null;
  if (version === null) return own;
  const shape = await registry.shapeOf({ model, version });
  if (!shape) return own;
  const other = otherProblem({ version, problem: shape.problem }, own.problem);
  if (other) throw impossible(other, OTHER_PROBLEM_REMEDY);
  return shape;
}

/** See `Evidence.baseRate`. */
function baseRate({ problem, label, rows }: ScoredRows): number {
  if (problem.type !== 'multiclass-classification')
    return label.reduce((sum, value) => sum + value, 0) / rows;
  const counts = problem.classes.map((_, of) => label.filter((value) => value === of).length);
  return Math.max(...counts) / rows;
}

async function evaluate(
  { artifacts, scorer, registry, sql, scratchDir }: EvaluationDeps,
  input: EvaluationInput,
  alive: KeepAlive,
): Promise<EvaluationResult> {
  alive.phase('fetching models and tables');
  const [candidatePath, championPath, trainPath, testPath] = await Promise.all([
    artifacts.fetch(input.candidate.model),
    input.champion && artifacts.fetch(input.champion.model),
    artifacts.fetch(input.train.artifact),
    artifacts.fetch(input.test.artifact),
  ]);
  const own = modelShape(input);
  const others = await championShape(registry, input, own);
  const models: LoadedModel[] = [];
  const releaseAll = () => Promise.all(models.splice(0).map((model) => model.release()));
  // A model that hangs is ended at once by a cancellation.
  alive.signal.addEventListener('abort', () => void releaseAll(), { once: true });
  const load = async (path: string, name: string, shape: ModelShape): Promise<LoadedModel> => {
    const model = await scorer.load(path, name, shape);
    models.push(model);
    return model;
  };
  try {
    const candidate = await load(candidatePath, 'candidate', own);
    const champion = championPath === null ? null : await load(championPath, 'champion', others);
    return await withScratch(scratchDir, (folder) =>
      sql.session({ folder, signal: alive.signal }, (session) =>
        evidenceOf({
          artifacts,
          session,
          folder,
          input,
          alive,
          candidate,
          champion,
          trainPath,
          testPath,
          championInputs: others.signature.inputs,
        }),
      ),
    );
  } catch (error) {
    alive.check();
    throw error;
  } finally {
    await releaseAll();
  }
}

interface Work {
  artifacts: ArtifactStore;
  session: SqlSession;
  folder: string;
  input: EvaluationInput;
  alive: KeepAlive;
  candidate: LoadedModel;
  champion: LoadedModel | null;
  championInputs: readonly SignatureInput[];
  trainPath: string;
  testPath: string;
}

/** Score the rows, compute evidence, profile and report from the scores, and store all of them. */
async function evidenceOf(work: Work): Promise<EvaluationResult> {
  const { artifacts, session, folder, input, alive, candidate, champion, championInputs } = work;
  const { trainPath, testPath } = work;
  const { problem, signature } = modelShape(input);
  const { features, columns } = input;
  const slices = input.evaluation.slices.map((slice) => slice.by);
  await checkTable(session, { path: testPath, name: 'test', problem, features, columns, slices });
  if (champion) await checkChampionsFeatures(session, testPath, championInputs);
  await checkTable(session, { path: trainPath, name: 'train', problem, features, columns, slices: [] });

  alive.phase('scoring');
  const scoresPath = join(folder, 'scores.parquet');
  const scoreInput = {
    ...{ path: testPath, scoresPath, problem, signature, columns, slices },
    ...{ candidate, champion, championInputs },
  };
  const scored = await scoreRows(session, scoreInput, () => alive.check());

  alive.phase('computing metrics and intervals');
  const seed = Number.parseInt(input.candidate.model.sha256.slice(0, 8), 16) | 0;
  const names = metricsToCompute(input.evaluation);
  const { unit } = scored;
  const comparable = { ...scored, unit: unit.code, units: unit.values.length };
  const statistics = await statisticsOf(comparable, input.evaluation, seed);
  const golden = await goldenRequests(session, {
    testPath,
    inputs: signature.inputs,
    model: candidate,
    scored,
  });
  const figures = (prediction: Float32Array) => metricsOf(names, { ...scored, prediction });
  const own = figures(scored.candidate);
  const requests = golden.rows.map((row) => batchOf([row], signature));
  const evidence: Evidence = Evidence.parse({
    model: input.model,
    run: input.run,
    candidate: input.candidate,
    champion: input.champion,
    window: input.testRange,
    rows: scored.rows,
    units: unit.values.length,
    unit: unitNoun(unit),
    baseRate: baseRate(scored),
    metrics: { candidate: own, champion: scored.champion && figures(scored.champion) },
    intervals: statistics.intervals,
    paired: statistics.paired,
    slices: await sliceResults(scored, input.evaluation, seed, () => alive.check()),
    latencyP99Ms: await latencyP99Ms(candidate, requests),
    // A worker of an earlier version refuses fields that it does not know, so defaults are not written.
    ...(input.problem && { problem }),
    ...(input.signature && { signature }),
  });

  alive.phase('profiling the reference');
  const reference = await referenceProfile(session, {
    trainPath,
    scoresPath,
    problem,
    inputs: signature.inputs,
    unit: columns.unit,
    drift: input.drift,
    seed,
    metrics: own,
  });

  alive.phase('writing report and artifacts');
  const json = (value: unknown) => artifacts.put(canonicalJson(value), MediaType.json);
  const [evidenceArtifact, report, scores, goldenArtifact, referenceArtifact] = await Promise.all([
    json(evidence),
    artifacts.put(reportHtml({ evidence, scored, statistics, input }), MediaType.html),
    artifacts.putFile(scoresPath, MediaType.parquet),
    json(golden),
    json(reference),
  ]);
  return {
    evidence,
    evidenceDigest: digestOf(evidence),
    evidenceArtifact,
    report,
    scores,
    golden: goldenArtifact,
    reference: referenceArtifact,
  };
}
