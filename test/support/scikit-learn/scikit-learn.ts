import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MediaType } from '../../../contracts/artifacts.js';
import { openPythonEnvironments } from '../../../infra/adapters/jobs/python-environments.js';

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface ScikitLearn {
  /** Metrics of the candidate by scikit-learn, from a Parquet file of scores. */
  metrics: (scores: string, problem: string, quantiles?: number[]) => Promise<Record<string, number>>;
}

/** Installs scikit-learn below a folder. */
export async function installScikitLearn(dataDir: string): Promise<ScikitLearn> {
  const lock = here('requirements.lock');
  const python = process.env['MAINSPRING_PYTHON'] ?? 'python3';
  const environments = openPythonEnvironments({
    dataDir,
    python,
    artifacts: { fetch: async () => lock },
    environment: process.env,
  });
  const content = await readFile(lock);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const ref = { uri: `file://${lock}`, sha256, bytes: content.length, mediaType: MediaType.text };
  const path = await environments.ensure(ref, new AbortController().signal);
  return {
    metrics: async (scores, problem, quantiles = []) => {
      const program = [here('metrics.py'), scores, problem, JSON.stringify(quantiles)];
      const { stdout } = await run(`${path}/bin/python`, program);
      return JSON.parse(stdout) as Record<string, number>;
    },
  };
}
