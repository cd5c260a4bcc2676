import type { DataPipelineResult } from '../../../contracts/data.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun, VersionRef } from '../../../contracts/registry.js';
import type { Judged } from './evaluation.js';
import { type StageResult, record } from './proxies.js';
import type { Trained } from './training.js';

export async function register(
  input: LifecycleInput,
  opened: OpenedRun,
  data: DataPipelineResult,
  trained: Trained,
  { evaluation, gate }: Judged,
): Promise<StageResult<VersionRef>> {
  const { model, run, specDigest } = input;
  const version = await record.registerVersion({
    model,
    run,
    specDigest,
    trained: {
      artifact: trained.job.model,
      params: trained.params,
      trainedBy: trained.job.jobKey,
      spend: trained.job.spend,
    },
    data: {
      train: data.split.train.artifact.sha256,
      test: data.split.test.artifact.sha256,
      snapshots: Object.fromEntries(
        Object.entries(data.snapshots).map(([name, table]) => [name, table.artifact.sha256]),
      ),
      trainRange: data.windows.train,
    },
    code: opened.packed.code.sha256,
    environment: opened.packed.environment.sha256,
    evaluation,
    decisions: gate.decisions,
  });
  return { value: version, note: `version ${version.version}` };
}
