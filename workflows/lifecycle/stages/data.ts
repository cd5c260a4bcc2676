import { executeChild } from '@temporalio/workflow';
import type { DataPipelineResult } from '../../../contracts/data.js';
import { dataPipelineId } from '../../../contracts/ids.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun } from '../../../contracts/registry.js';
import type { dataPipeline } from '../../data-pipeline/data-pipeline.js';
import { child } from '../../child.js';
import { dataNote } from '../../policy/split-note.js';
import type { StageResult } from './proxies.js';

export async function prepareData(
  input: LifecycleInput,
  opened: OpenedRun,
): Promise<StageResult<DataPipelineResult>> {
  const { model, run, specDigest, asOf, history } = input;
  const { spec } = opened.packed;
  const { problem } = spec.charter;
  const data = await executeChild<typeof dataPipeline>('dataPipeline', {
    ...child,
    workflowId: dataPipelineId(model, run),
    args: [
      {
        model,
        run,
        specDigest,
        asOf,
        history,
        split: spec.split,
        lookback: spec.data.lookback,
        // A binary classification leaves the field out, because a worker of the version before refuses unknown fields.
        ...(problem === 'binary-classification' ? {} : { problem }),
      },
    ],
    staticSummary: `Data of ${model} ${run}`,
  });
  return { value: data, note: dataNote(data, problem) };
}
