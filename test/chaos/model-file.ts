import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { ModelSpecInput } from '../../contracts/spec/model-spec.js';

const example = fileURLToPath(new URL('../../examples/flight-delay/model.yaml', import.meta.url));

/**
 * The flight-delay model with gates and guardrails that a small sample on a busy machine passes, as a challenger
 * too: the run must end promoted, whatever is killed. Later lives include a canary.
 */
export async function writeModelFile(
  folder: string,
  trials: number,
): Promise<{ file: string; spec: ModelSpecInput }> {
  const spec = parse(await readFile(example, 'utf8')) as ModelSpecInput;
  const absolute = (path: string): string => resolve(dirname(example), path);
  for (const source of Object.values(spec.data.sources)) {
    if (source.parquet) source.parquet = absolute(source.parquet);
    if (source.csv) source.csv = absolute(source.csv);
  }
  spec.data.clean = absolute(spec.data.clean);
  spec.features.sql = absolute(spec.features.sql);
  spec.training.code = absolute(spec.training.code);
  spec.training.environment = absolute(spec.training.environment);
  spec.training.search.trials = trials;
  spec.training.retries = { infrastructure: 50 };
  spec.evaluation.gates = [
    { name: 'good enough', metric: 'roc_auc', atLeast: 0.65 },
    { name: 'calibrated', metric: 'calibration_error', atMost: 0.1 },
  ];
  spec.evaluation.resamples = 200;
  spec.release = {
    canary: { share: '50%', minRequests: 200, minTime: '1s', maxTime: '1h' },
    guardrails: { errorRate: '1%', latencyP99Ms: 10_000, scoreShift: 1 },
  };
  const file = join(folder, 'model.yaml');
  await writeFile(file, stringify(spec));
  return { file, spec };
}
