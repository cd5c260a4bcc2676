import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { Problem } from '../contracts/problem.js';
import type { Layout } from './layout.js';

/** SageMaker passes every hyperparameter as a string. */
export const asStrings = (params: JobOrder['params']): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));

/** The problem as a trainer reads it: its type under `problem`, then classes or quantiles. */
const problemFile = ({ type, ...rest }: Problem) => ({ problem: type, ...rest });

/** Writes the files that a trainer reads before it starts: parameters, columns, problem, signature, channels and hosts. */
export async function writeConfig(order: JobOrder, layout: Layout): Promise<void> {
  const files = {
    'params.json': order.params,
    'hyperparameters.json': asStrings(order.params),
    'columns.json': order.columns,
    'problem.json': problemFile(order.problem ?? { type: 'binary-classification' }),
    ...(order.signature ? { 'signature.json': order.signature } : {}),
    'inputdataconfig.json': Object.fromEntries(
      Object.keys(order.channels).map((channel) => [
        channel,
        {
          TrainingInputMode: 'File',
          ContentType: 'application/vnd.apache.parquet',
          S3DistributionType: 'FullyReplicated',
          RecordWrapperType: 'None',
        },
      ]),
    ),
    'resourceconfig.json': {
      current_host: 'algo-1',
      hosts: ['algo-1'],
      network_interface_name: 'lo',
      cpus: order.resources.cpus,
      gpus: order.resources.gpus,
      memory: order.resources.memory,
    },
  };
  await Promise.all(
    [layout.config, layout.data, layout.checkpoints, layout.model, layout.output].map((folder) =>
      mkdir(folder, { recursive: true }),
    ),
  );
  await Promise.all(
    Object.entries(files).map(([name, content]) =>
      writeFile(join(layout.config, name), JSON.stringify(content, null, 2)),
    ),
  );
}
