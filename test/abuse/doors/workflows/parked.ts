import { randomUUID } from 'node:crypto';
import {
  backfillId,
  budgetExtensionId,
  dataPipelineId,
  lifecycleId,
  monitorId,
  releaseId,
  retrainingId,
  studyId,
  trainingJobId,
} from '../../../../contracts/ids.js';
import { MonitoringSpec, RetrainingSpec } from '../../../../contracts/spec/monitoring.js';
import { ReleaseSpec } from '../../../../contracts/spec/release.js';
import { anArtifact, january, sha, specInput } from '../../../support/fixtures.js';
import { aStudy } from '../../../support/training/a-study.js';
import { aJob } from '../../../support/training/fake-activities.js';
import type { Json } from '../../items/nasty.js';

/** A workflow that waits for messages. */
export interface Parked {
  type: string;
  id: string;
  input: Json;
  /** A query that tells its state. Undefined for a workflow without queries. */
  query: string | undefined;
  /** True if a message may end it, so that an end says nothing. */
  mayEnd: boolean;
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

const digest = sha('evidence');
const target = { version: 1, specDigest: sha('spec'), reference: anArtifact('reference'), features: ['x'] };
const specs = {
  monitoring: MonitoringSpec.parse({ clock: 'event', minRows: 10 }),
  retraining: RetrainingSpec.parse({ trainOn: { last: '56d' } }),
};
const servedVersion = {
  version: 2,
  model: anArtifact('model'),
  golden: anArtifact('golden'),
  features: ['x'],
};

/** Each workflow once, with a good input, under ids that were never used. */
export function parkedWorkflows(): Parked[] {
  const model = `m-${randomUUID().slice(0, 8)}`;
  const run = 'r-1';
  const context = { model, run, specDigest: sha('spec') };
  const study = aStudy({ trials: 6, parallel: 2 }, { model, run });
  const job = aJob(run, { model, intent: `${model}/${run}/final-fit` });
  const approvalInput = {
    ...context,
    subject: `${model}/1`,
    version: 1,
    evidenceDigest: digest,
    quorum: { 'business-stakeholder': 1, 'ml-engineer': 1 },
    owners: { 'business-stakeholder': ['maya'], 'ml-engineer': ['tomas', 'ada'] },
    startedBy: 'ada',
    separation: true,
    expiresAt: '2100-01-01T00:00:00.000Z',
    summary: 'roc_auc 0.77',
    decisions: [{ gate: 'good enough', verdict: 'pass', reason: '0.77 ≥ 0.75' }],
  };
  const lifecycleInput = { ...context, asOf: january.to, startedBy: 'ada', reason: 'by hand' };
  const pipeline = { ...context, asOf: january.to, history: null, split: specInput.split, lookback: '1d' };
  const all: (Omit<Parked, 'input'> & { input: unknown })[] = [
    { type: 'approval', id: `approval/${model}/1`, input: approvalInput, query: 'state', mayEnd: true },
    { type: 'lifecycle', id: lifecycleId(model, run), input: lifecycleInput, query: 'state', mayEnd: true },
    { type: 'study', id: studyId(model, run), input: study, query: 'progress', mayEnd: true },
    { type: 'trainingJob', id: trainingJobId(job.intent), input: job, query: 'state', mayEnd: false },
    {
      type: 'release',
      id: releaseId(model, 2),
      input: { ...context, candidate: servedVersion, spec: ReleaseSpec.parse({}) },
      query: 'state',
      mayEnd: true,
    },
    {
      type: 'monitor',
      id: monitorId(model),
      input: { model, target, ...specs, nextWindow: '2001-02-01T00:00:00.000Z' },
      query: 'health',
      mayEnd: false,
    },
    {
      type: 'retraining',
      id: retrainingId(model),
      input: { model, specDigest: sha('spec'), spec: specs.retraining, now: '2001-02-01T00:00:00.000Z' },
      query: 'log',
      mayEnd: false,
    },
    {
      type: 'dataPipeline',
      id: dataPipelineId(model, run),
      input: pipeline,
      query: undefined,
      mayEnd: false,
    },
    {
      type: 'backfill',
      id: backfillId(model, run),
      input: { ...context, rows: january, asOf: january.to, lookback: '1d' },
      query: undefined,
      mayEnd: false,
    },
    {
      type: 'budgetExtension',
      id: budgetExtensionId('desk', 1) + model,
      input: { ...context, account: 'desk', generation: 1 },
      query: undefined,
      mayEnd: false,
    },
    { type: 'reaper', id: `reaper/${model}`, input: { apartMs: 1_000 }, query: undefined, mayEnd: false },
    { type: 'scheduledTrigger', id: `scheduled/${model}`, input: { model }, query: undefined, mayEnd: true },
  ];
  return all.map(({ input, ...rest }) => ({ ...rest, input: json(input) }));
}

const trialReport = {
  trial: 0,
  state: 'succeeded',
  value: 0.4,
  metrics: { log_loss: 0.4 },
  reason: null,
  step: null,
  spend: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 },
};
const note = { by: 'ada', reason: 'why' };
const vote = {
  by: 'maya',
  role: 'business-stakeholder',
  verdict: 'approve',
  evidenceDigest: digest,
  note: 'fine',
};

/** Good payloads by the name of the message, for all workflows. */
export const goodPayloads: Record<string, Json> = {
  vote,
  cancel: note,
  pause: note,
  resume: note,
  abort: note,
  stop: note,
  extend: { by: 'ada', trials: 2 },
  trialEnded: trialReport,
  progress: { step: 3, total: 10, metrics: { loss: 0.5 }, at: '2001-02-01T00:00:00.000Z' },
  observe: { watermark: '2001-02-09T00:00:00.000Z' },
  retarget: json({ target: { ...target, version: 2 }, ...specs }),
  trigger: { id: 'drift/1', kind: 'drift', at: '2001-02-08T00:00:00.000Z', detail: 'score moved' },
  clock: { now: '2001-02-08T00:00:00.000Z' },
  lifecycleEnded: { run: 'r-1', outcome: 'promoted', reason: 'fine' },
  configure: json({ specDigest: sha('other'), spec: specs.retraining }),
  goOn: null,
};

/** Names of messages that no workflow of ours takes, and those of Temporal's own. */
export const foreignNames = [
  '',
  'nothing',
  '__stack_trace',
  '__enhanced_stack_trace',
  '__temporal_workflow_metadata',
  '__proto__',
  'toString',
  'constructor',
  'x'.repeat(900),
  'nul\0',
];
