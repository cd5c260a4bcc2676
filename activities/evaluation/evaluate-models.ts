import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaType } from '../../contracts/artifacts.js';
import { canonicalJson, digestOf } from '../../contracts/digest.js';
import { EvaluationInput, EvaluationResult, Evidence } from '../../contracts/evaluation.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { LoadedModel, Scorer } from '../ports/scorer.js';
import type { StepStore } from '../ports/step-store.js';
import { remember } from '../remember.js';
import { checkTable } from './check-table.js';
import type { Coded } from './codes.js';
import { openDatabase } from './database.js';
import { goldenRequests } from './golden.js';
import { type KeepAlive, withKeepAlive } from './keep-alive.js';
import { latencyP99Ms } from './latency.js';
import { metricsOf } from './metrics.js';
import { referenceProfile } from './reference-profile.js';
import { reportHtml } from './report/report.js';
import { scoreRows } from './score.js';
import { sliceResults } from './slices.js';
import { metricsToCompute, statisticsOf } from './statistics.js';

/** Version of the code that makes the evidence: raised when the same input would give other figures. */
const CODE = 'evaluate-models/1';

export interface EvaluationDeps {
  artifacts: ArtifactStore;
  steps: StepStore;
  scorer: Scorer;
}

/**
 * Judge a candidate, and the champion on the same held-out rows, with the engine's own runtime: evidence, report, scores,
 * golden requests and the reference profile for drift.
 *
 * Idempotent by the digest of models, tables and the parts of the spec that shape the result: the recorded one is returned
 * as long as its objects exist. Heartbeats its phase every few seconds; a retry starts over, which takes seconds; a cancel
 * ends it between two batches.
 *
 * @throws ApplicationFailure `InvalidInput`, `ModelUnusable`, `EvaluationImpossible`, `ArtifactMissing`,
 *   `ArtifactCorrupt` (never retried)
 */
export function makeEvaluateModels(deps: EvaluationDeps) {
  return async function evaluateModels(input: EvaluationInput): Promise<EvaluationResult> {
    const request = parseOrFail(EvaluationInput, input);
    const { model, run } = request;
    // The run belongs to the key: the evidence names it, and votes are bound to the digest of the evidence.
    const step = {
      kind: 'evaluate-models',
      code: CODE,
      model,
      run,
      inputs: request,
      output: EvaluationResult,
    };
    return withKeepAlive((alive) => remember(deps, step, () => evaluate(deps, request, alive)));
  };
}

/** What one unit is called: a day, or whatever the spec calls the column. */
const unitNoun = ({ by, values }: Coded): string =>
  values.every((value) => /^\d{4}-\d{2}-\d{2}$/.test(value)) ? 'day' : by;

async function evaluate(
  { artifacts, scorer }: EvaluationDeps,
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
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-evaluation-'));
  const database = await openDatabase(folder);
  const models: LoadedModel[] = [];
  const load = async (path: string, name: string): Promise<LoadedModel> => {
    const model = await scorer.load(path, name, input.features.length);
    models.push(model);
    return model;
  };
  try {
    const candidate = await load(candidatePath, 'candidate');
    const champion = championPath === null ? null : await load(championPath, 'champion');
    const connection = await database.connect();
    await checkTable(connection, testPath, 'test', input);
    await checkTable(connection, trainPath, 'train', {
      ...input,
      evaluation: { ...input.evaluation, slices: [] },
    });

    alive.phase('scoring');
    const scoresPath = join(folder, 'scores.parquet');
    const slices = input.evaluation.slices.map((slice) => slice.by);
    const { features, columns } = input;
    const scoreInput = { path: testPath, scoresPath, features, columns, slices, candidate, champion };
    const scored = await scoreRows(database, scoreInput, () => alive.check());

    alive.phase('computing metrics and intervals');
    const seed = Number.parseInt(input.candidate.model.sha256.slice(0, 8), 16) | 0;
    const names = metricsToCompute(input.evaluation);
    const { unit } = scored;
    const comparable = { ...scored, unit: unit.code, units: unit.values.length };
    const statistics = statisticsOf(comparable, input.evaluation, seed);
    const golden = await goldenRequests(connection, testPath, features, candidate, scored.candidate);
    const own = metricsOf(names, { label: scored.label, score: scored.candidate });
    const evidence: Evidence = Evidence.parse({
      model: input.model,
      run: input.run,
      candidate: input.candidate,
      champion: input.champion,
      window: input.testRange,
      rows: scored.rows,
      units: unit.values.length,
      unit: unitNoun(unit),
      baseRate: scored.label.reduce((sum, label) => sum + label, 0) / scored.rows,
      metrics: {
        candidate: own,
        champion: scored.champion && metricsOf(names, { label: scored.label, score: scored.champion }),
      },
      intervals: statistics.intervals,
      paired: statistics.paired,
      slices: sliceResults(scored, input.evaluation, seed),
      latencyP99Ms: await latencyP99Ms(candidate, golden.rows),
    });

    alive.phase('profiling the reference');
    const profile = {
      trainPath,
      scoresPath,
      features,
      unit: columns.unit,
      drift: input.drift,
      seed,
      metrics: own,
    };
    const reference = await referenceProfile(connection, profile);

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
  } finally {
    await Promise.all(models.map((model) => model.release()));
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}
