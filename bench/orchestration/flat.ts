import { condition, defineSignal, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { DataActivities } from '../../activities/data/index.js';
import type { DeploymentActivities } from '../../activities/deployment/index.js';
import type { EvaluationActivities } from '../../activities/evaluation/index.js';
import type { LoopActivities } from '../../activities/monitoring/index.js';
import type { RegistryActivities } from '../../activities/registry/index.js';
import type { TrainingActivities } from '../../activities/training/index.js';
import type { ApprovalState } from '../../contracts/approval.js';
import { finalFitIntent, trialIntent } from '../../contracts/ids.js';
import type { LifecycleInput } from '../../contracts/lifecycle.js';
import type { RunStage } from '../../contracts/registry.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import { judge } from '../../workflows/policy/gates.js';
import { sampleTrial } from '../../workflows/policy/search-space.js';
import { planWindows } from '../../workflows/policy/windows.js';

const options = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumAttempts: 80 },
} as const;
const records = proxyActivities<RegistryActivities>({ taskQueue: TaskQueue.control, ...options });
const loop = proxyActivities<LoopActivities>({ taskQueue: TaskQueue.control, ...options });
const data = proxyActivities<DataActivities>({ taskQueue: TaskQueue.data, ...options });
const training = proxyActivities<TrainingActivities>({ taskQueue: TaskQueue.training, ...options });
const evaluation = proxyActivities<EvaluationActivities>({ taskQueue: TaskQueue.evaluation, ...options });
const deployment = proxyActivities<DeploymentActivities>({ taskQueue: TaskQueue.deployment, ...options });

export const approve = defineSignal('approve');

async function train(job: TrainingJobInput) {
  const { attempt } = await training.openJob({ intent: job.intent });
  await training.buildEnvironment({ environment: job.environment });
  const started = await training.dispatchJob({ job, attempt, memoryFactor: 1 });
  const { end } = await training.watchJob({ ...started, deadline: job.deadline });
  const { result } = await training.collectJob({ ...started, end });
  return result!;
}

/**
 * A simple hand-written alternative that calls the same activities in the same order: one workflow without
 * children, queries, details, search attributes or compensation.
 */
export async function flat(input: LifecycleInput): Promise<string> {
  const { model, run, specDigest, asOf, startedBy, reason, triggerId, history } = input;
  let votes = 0;
  setHandler(approve, () => {
    votes += 1;
  });
  const stage = (name: RunStage) => records.setStage({ model, run, stage: name });
  const { packed } = await records.openRun({ model, run, specDigest, asOf, startedBy, reason, triggerId });
  const { spec, code, environment } = packed;

  await stage('data');
  const windows = planWindows({ asOf, split: spec.split, lookback: spec.data.lookback, history });
  const base = { model, run, specDigest, windows };
  const snapshots = await data.extractSources(base);
  await data.validateRaw({ ...base, snapshots });
  const clean = await data.cleanRows({ ...base, snapshots });
  const features = await data.buildFeatures({ ...base, clean });
  await data.validateFeatures({ ...base, features });
  const split = await data.splitRows({ ...base, features });

  await stage('training');
  const { search, seed, params, resources, placement, retries, command, backend } = spec.training;
  const columns = { features: spec.features.set, label: 'label' };
  const job = {
    ...{
      model,
      run,
      specDigest,
      backend,
      command,
      code,
      environment,
      columns,
      resources,
      placement,
      retries,
      seed,
    },
    deadline: new Date(Date.now() + durationMs(spec.training.deadline)).toISOString(),
  };
  const trials = Array.from({ length: search.trials }, (_, trial) => ({
    trial,
    params: { ...params, ...search.fixed, ...sampleTrial(search.space, seed, trial) },
    value: Infinity,
  }));
  const waiting = [...trials];
  await Promise.all(
    Array.from({ length: search.parallel }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { metrics } = await train({
          ...job,
          intent: trialIntent(model, run, next.trial),
          params: next.params,
          channels: { train: split.search, validation: split.validation },
          objective: search.objective.metric,
        });
        next.value = metrics[search.objective.metric] ?? Infinity;
      }
    }),
  );
  const best = trials.reduce((a, b) => (b.value < a.value ? b : a));
  const final = await train({
    ...job,
    intent: finalFitIntent(model, run),
    params: best.params,
    channels: { train: split.train },
    objective: null,
  });

  await stage('evaluation');
  const judged = await evaluation.evaluateModels({
    ...{ model, run, specDigest, train: split.train, test: split.test, testRange: windows.test },
    candidate: { version: null, model: final.model },
    champion: null,
    features: spec.features.set,
    columns: { id: spec.data.id, time: spec.data.time, unit: spec.data.unit },
    evaluation: spec.evaluation,
    drift: spec.monitoring.drift,
  });
  const gate = judge(spec.evaluation, judged.evidence);
  await records.recordEvaluation({ model, run, evaluation: judged, decisions: gate.decisions });

  await stage('registry');
  const { version } = await records.registerVersion({
    ...{ model, run, specDigest, code: code.sha256, environment: environment.sha256 },
    trained: {
      artifact: final.model,
      params: best.params,
      trainedBy: run,
      spend: { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 },
    },
    data: {
      train: split.train.artifact.sha256,
      test: split.test.artifact.sha256,
      snapshots: {},
      trainRange: windows.train,
    },
    evaluation: judged,
    decisions: gate.decisions,
  });

  await stage('approval');
  const state: ApprovalState = {
    subject: `${model}/${version}`,
    status: 'PENDING',
    evidenceDigest: judged.evidenceDigest,
    expiresAt: job.deadline,
    votes: [],
    missing: {},
    refused: [],
  };
  const approval = { id: `flat/${model}`, model, run, version };
  await records.recordApproval({ ...approval, state });
  await condition(() => votes >= 2);
  await records.recordApproval({ ...approval, state: { ...state, status: 'APPROVED' } });

  await stage('release');
  const candidate = { version, model: final.model, golden: judged.golden, features: spec.features.set };
  const release = { release: workflowInfo().workflowId, model, run, version };
  // Wait until every gateway has the model, as the engine does.
  const served = async (generation: number): Promise<void> => {
    for (let known = ''; ;) {
      const { state, why } = await deployment.awaitObserved({ model, generation, known, patienceMs: 20_000 });
      if (state === 'observed') return;
      known = why;
    }
  };
  await deployment.readRoutes({ model });
  const { generation } = await deployment.setRoutes({
    ...release,
    expectedGeneration: 0,
    table: { model, champion: null, candidate, candidateShare: 0, salt: model },
    reason: 'loaded',
  });
  await served(generation);
  const promoted = await deployment.promote({
    ...release,
    expectedGeneration: generation,
    reason: 'warm',
    evidence: null,
  });
  await served(promoted.generation);

  await stage('loop');
  await loop.ensureLoop({
    ...{ model, run, specDigest, monitoring: spec.monitoring, retraining: spec.retraining },
    target: { version, specDigest, reference: judged.reference, features: spec.features.set },
    firstWindow: asOf,
  });
  await records.closeRun({ model, run, outcome: 'promoted', reason: 'by hand' });
  return 'promoted';
}
