import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { type Mainspring, connect } from '../client/index.js';
import { openServices } from '../infra/open-services.js';
import type { ModelSpecInput } from '../contracts/spec/model-spec.js';
import { sampledFlights } from '../examples/flight-delay/sampled-source.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import { startStack } from '../infra/dev/stack.js';
import type { Bench } from './bench.js';
import { round } from './study/world.js';

/** BENCH_TRIALS and BENCH_FRACTION (share of the flights) reduce the size; BENCH_SEED changes the search. */
const TRIALS = Number(process.env['BENCH_TRIALS'] ?? 27);
const FRACTION = Number(process.env['BENCH_FRACTION'] ?? 1);
const SEED = Number(process.env['BENCH_SEED'] ?? 1);
const SECONDS_AT_MOST = 0.4;
/** Log loss of the final model on the held-out days. Two seeds of the same search differ by this much. */
const NOISE = 0.002;
/**
 * A fixed learning rate, and enough rounds for most trees to stop improving. The shape of the trees is searched, as
 * LightGBM is usually tuned. With different rates, or trees that are too large for the number of rounds, the
 * ranking of trials changes between the first rung and the end, and no rule that stops trials early could recognise
 * the good ones.
 */
const FIT = { learning_rate: 0.05, rounds: 1_000 };
/** The reduction is the default of Optuna and Ray Tune. The third rung is at 400 of the 1,000 rounds. */
const EARLY_STOPPING = { minSteps: 25, reduction: 4 };
const example = fileURLToPath(new URL('../examples/flight-delay/', import.meta.url));

/** The example with long fits, searched completely or with early stopping. */
async function modelFile(folder: string, model: string, search: object): Promise<string> {
  const spec = parse(await readFile(join(example, 'model.yaml'), 'utf8')) as ModelSpecInput;
  const at = (path: string) => resolve(example, path);
  const sources = Object.fromEntries(
    Object.entries(spec.data.sources).map(([name, source]) => [
      name,
      { ...source, ...(source.csv ? { csv: at(source.csv) } : { parquet: at(source.parquet ?? '') }) },
    ]),
  );
  const changed: ModelSpecInput = {
    ...spec,
    model,
    data: { ...spec.data, sources, clean: at(spec.data.clean) },
    features: { ...spec.features, sql: at(spec.features.sql) },
    training: {
      ...spec.training,
      params: FIT,
      seed: SEED,
      code: at(spec.training.code),
      environment: at(spec.training.environment),
      search: {
        ...spec.training.search,
        trials: TRIALS,
        parallel: 2,
        space: {
          num_leaves: { int: [7, 127], scale: 'log' },
          min_data_in_leaf: { int: [20, 1_000], scale: 'log' },
          lambda_l2: { float: [0.01, 100], scale: 'log' },
        },
        ...search,
      },
    },
    evaluation: { ...spec.evaluation, gates: [{ name: 'any', metric: 'roc_auc', atLeast: 0.5 }] },
  };
  const file = join(folder, `${model}.yaml`);
  await writeFile(file, stringify(changed));
  return file;
}

/** Run a lifecycle up to its approval. The final model has then been evaluated on days that the search never saw. */
async function play(mainspring: Mainspring, file: string, flights: string): Promise<void> {
  await mainspring.lifecycles.start(file, {
    by: 'bench',
    asOf: '2001-02-01',
    run: 'search',
    sources: { flights },
  });
  const { model } = parse(await readFile(file, 'utf8')) as { model: string };
  for (;;) {
    const { state } = await mainspring.lifecycles.status(`${model}/search`);
    if (state.outcome !== null) throw new Error(`the lifecycle of ${model} ended: ${state.outcome}`);
    if ((await mainspring.approvals.list()).some((approval) => approval.model === model)) return;
    await pause(1_000);
  }
}

export const bench: Bench = {
  name: 'early-stopping',
  summary: `the flight example searched with poor trials stopped early against the full search: the same log loss within ${NOISE}, at most ${SECONDS_AT_MOST} of the training seconds`,
  run: async (print) => {
    const folder = await mkdtemp(join(tmpdir(), 'mainspring-bench-'));
    const stack = await startStack({ env: process.env, dataDir: folder, autoPorts: true });
    const mainspring = connect({ config: stack.config });
    const services = openServices(stack.config);
    const db = openDatabase(stack.config.postgres.url);
    const measure = async (model: string, search: object, flights: string) => {
      await play(mainspring, await modelFile(folder, model, search), flights);
      const rows = await db
        .selectFrom('trials')
        .select(['state', 'spend'])
        .where('model', '=', model)
        .execute();
      const seconds = rows.reduce(
        (sum, { spend }) => sum + ((spend as { wallSeconds: number } | null)?.wallSeconds ?? 0),
        0,
      );
      const evaluation = await (await services.records()).views.evaluation(model, 'search');
      return {
        seconds,
        logLoss: evaluation?.evidence.metrics.candidate.log_loss ?? NaN,
        stopped: rows.filter(({ state }) => state === 'stopped').length,
      };
    };
    try {
      const flights = await sampledFlights(FRACTION, folder);
      // Both searches have the same trials: the points depend on the seed only.
      const full = await measure('full', { algorithm: 'random' }, flights);
      const early = await measure('early', { algorithm: 'asha', earlyStopping: EARLY_STOPPING }, flights);
      print({
        bench: 'early-stopping seconds',
        ratio: round(early.seconds / full.seconds),
        atMost: SECONDS_AT_MOST,
        trials: TRIALS,
        fraction: FRACTION,
        seed: SEED,
        stopped: early.stopped,
        fullSeconds: round(full.seconds),
        earlySeconds: round(early.seconds),
      });
      print({
        bench: 'early-stopping quality',
        ratio: round(early.logLoss / full.logLoss),
        atMost: 1 + NOISE / full.logLoss,
        fullLogLoss: full.logLoss,
        earlyLogLoss: early.logLoss,
      });
    } finally {
      await Promise.all([mainspring.close(), services.close(), db.destroy()]);
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
