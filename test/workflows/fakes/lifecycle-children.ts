import { CancellationScope, condition } from '@temporalio/workflow';
import type { ApprovalInput, ApprovalState } from '../../../contracts/approval.js';
import type { DataPipelineInput, DataPipelineResult } from '../../../contracts/data.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import type { ReleaseInput, ReleaseResult } from '../../../contracts/release.js';
import type {
  StudyInput,
  StudyResult,
  TrainingJobInput,
  TrainingJobResult,
} from '../../../contracts/training.js';

export { lifecycle } from '../../../workflows/lifecycle/lifecycle.js';

/** Fake children of a lifecycle. The name of the run decides their outcome. */

const table = (name: string) => ({
  artifact: { uri: `s3://t/${name}`, sha256: 'a'.repeat(64), bytes: 1, mediaType: 'x' },
  rows: 10,
  columns: {},
  range: null,
});

export async function dataPipeline(input: DataPipelineInput): Promise<DataPipelineResult> {
  if (input.run === 'bad-data')
    throw fail(FailureType.DataRejected, 'notNull(delay): 30 % of 100 rows are null, allowed 0 %');
  const range = { from: '2001-01-01T00:00:00.000Z', to: '2001-02-01T00:00:00.000Z' };
  const validation = {
    passed: true,
    rows: 10,
    checks: [],
    report: table('report').artifact,
    failingRows: null,
  };
  return {
    windows: { asOf: range.to, read: range, rows: range, train: range, validation: range, test: range },
    snapshots: { events: table('events') },
    raw: validation,
    clean: table('clean'),
    features: table('features'),
    checked: validation,
    split: {
      train: table('train'),
      search: table('search'),
      validation: table('validation'),
      test: table('test'),
      baseRate: 0.2,
    },
  };
}

export async function study(input: StudyInput): Promise<StudyResult> {
  const { objective, trials } = input.training.search;
  const best = {
    trial: 0,
    params: { rounds: 4, sample: 0.5 },
    state: 'succeeded' as const,
    value: 0.4,
    metrics: {},
    reason: null,
  };
  return {
    best,
    leaderboard: { objective, done: trials, failed: 0, total: trials, trials: [best] },
    spend: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 },
  };
}

export async function trainingJob(input: TrainingJobInput): Promise<TrainingJobResult> {
  if (input.run === 'waits') {
    try {
      await condition(() => false);
    } catch (error) {
      await CancellationScope.nonCancellable(async () => undefined);
      throw error;
    }
  }
  return {
    intent: input.intent,
    jobKey: 'ms-key-a1',
    attempt: 1,
    metrics: Object.fromEntries(Object.entries(input.params).map(([name, value]) => [name, Number(value)])),
    model: table('model').artifact,
    spend: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 },
  };
}

export async function approval(input: ApprovalInput): Promise<ApprovalState> {
  const status = input.run === 'rejected' ? 'REJECTED' : input.run === 'expired' ? 'EXPIRED' : 'APPROVED';
  const { subject, evidenceDigest, expiresAt } = input;
  return { subject, status, evidenceDigest, expiresAt, votes: [], missing: {}, refused: [] };
}

export async function release(input: ReleaseInput): Promise<ReleaseResult> {
  if (input.run === 'breaks')
    return { outcome: 'rolled-back', reason: 'errors 3.0 % above 0.1 %', evidence: null, generation: 2 };
  return { outcome: 'promoted', reason: 'no champion to compare with', evidence: null, generation: 1 };
}
