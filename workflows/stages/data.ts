import { executeChild } from '@temporalio/workflow';
import type { DataPipelineResult } from '../../contracts/data.js';
import { dataPipelineId } from '../../contracts/ids.js';
import type { LifecycleInput } from '../../contracts/lifecycle.js';
import type { OpenedRun } from '../../contracts/registry.js';
import type { dataPipeline } from '../data-pipeline.js';
import { type StageResult, child } from './proxies.js';

export async function prepareData(
  input: LifecycleInput,
  opened: OpenedRun,
): Promise<StageResult<DataPipelineResult>> {
  const { model, run, specDigest, asOf, history } = input;
  const { spec } = opened.packed;
  const data = await executeChild<typeof dataPipeline>('dataPipeline', {
    ...child,
    workflowId: dataPipelineId(model, run),
    args: [{ model, run, specDigest, asOf, history, split: spec.split, lookback: spec.data.lookback }],
    staticSummary: `Data of ${model} ${run}`,
  });
  const { train, test } = data.split;
  const note = `${train.rows.toLocaleString('en')} rows to train, ${test.rows.toLocaleString('en')} held out, base rate ${data.split.baseRate.toFixed(3)}`;
  return { value: data, note };
}
