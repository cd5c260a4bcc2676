import { fileURLToPath } from 'node:url';
import { type Mainspring, type ConnectOptions, connect } from '../../client/index.js';
import { type Following, follow } from './follow.js';
import { type WeeksSummary, replayWeeks } from './replay-weeks.js';
import { sampledFlights } from './sampled-source.js';
import { askGateway, readDepartures } from './traffic.js';

const MODEL = 'flight-delay';
const MODEL_FILE = fileURLToPath(new URL('model.yaml', import.meta.url));
/** January is what the first life knows; February to June are still to come. */
const FIRST_AS_OF = '2001-02-01';

export interface MainJobContext {
  config: NonNullable<ConnectOptions['config']>;
  options: { yes: boolean; weeks: number; sample: number };
  print: (line: string) => void;
  signal: AbortSignal;
}

export interface MainJobResult {
  run: string;
  model: string;
  version: number;
  alias: string;
  /** What the champion answers about the first departure of February 1, 0–1. */
  probability: number;
  weeks?: WeeksSummary;
}

/** The first life of the model – or, after a restart, the rest of it. */
async function runToFollow(
  mainspring: Mainspring,
  { options, config, print }: MainJobContext,
): Promise<string> {
  const runs = await mainspring.list({ model: MODEL }).catch(() => []);
  const mine = runs.filter(({ run }) => run.startsWith('life-'));
  const going = mine.find(({ outcome }) => outcome === null || outcome === 'promoted');
  if (going) {
    print(`Goes on with run ${going.run}, started ${going.startedAt}.`);
    return going.run;
  }
  const { run } = await mainspring.start(MODEL_FILE, {
    by: 'demo',
    reason: 'first life of the model',
    asOf: FIRST_AS_OF,
    run: `life-${mine.length + 1}`,
    sources: { flights: await sampledFlights(options.sample, config.dataDir) },
  });
  print(`Run ${run} of ${MODEL} started, on what was known on ${FIRST_AS_OF}.`);
  return run;
}

/** Ask the new champion about the flights of its first day, and once more by hand. */
async function firstDay(mainspring: Mainspring, { config, print, signal }: MainJobContext): Promise<number> {
  const { path } = await mainspring.backfill(MODEL, { from: FIRST_AS_OF, to: '2001-02-02' });
  const { features } = (await mainspring.checkSpec(MODEL_FILE)).spec ?? { features: { set: [] } };
  const departures = await readDepartures(path, features.set);
  const answered = await askGateway(config.gateway.url, MODEL, departures, signal);
  print(`  ${answered.toLocaleString('en')} departures of ${FIRST_AS_OF} answered by the gateway.`);
  const [first] = departures;
  if (!first) throw new Error(`no departures on ${FIRST_AS_OF}: use a larger --sample`);
  const row = Object.fromEntries(features.set.map((name, i) => [name, first.features[i] ?? null]));
  const { probabilities } = await mainspring.predict(MODEL, row, { id: `by-hand-${first.id}` });
  const probability = probabilities[0] ?? NaN;
  const body = JSON.stringify({
    inputs: [{ name: 'features', shape: [1, first.features.length], datatype: 'FP32', data: first.features }],
  });
  print(
    [
      '',
      `  ${first.id} will be late with probability ${probability.toFixed(3)}. Ask it yourself:`,
      `    curl -s ${config.gateway.url}/v2/models/${MODEL}/infer -H 'content-type: application/json' -d '${body}'`,
      '',
    ].join('\n'),
  );
  return probability;
}

/**
 * From raw flights to live predictions, and on through the weeks after: the whole life of one model, for people to watch.
 *
 * @throws Error when no version was promoted or the gateway did not answer
 */
export async function runMainJob(context: MainJobContext): Promise<MainJobResult> {
  const { config, options, print, signal } = context;
  const mainspring = connect({ config });
  try {
    const following: Following = { mainspring, print, signal, yes: options.yes };
    const run = await runToFollow(mainspring, context);
    const ended = await follow(following, run);
    if (ended.outcome !== 'promoted')
      throw new Error(`run ${run} ended as ${ended.outcome ?? 'unknown'}: npx mainspring status ${run}`);
    const probability = await firstDay(mainspring, context);
    const weeks =
      options.weeks > 0
        ? await replayWeeks({
            ...following,
            model: MODEL,
            modelFile: MODEL_FILE,
            gateway: config.gateway.url,
            from: FIRST_AS_OF,
            weeks: options.weeks,
          })
        : undefined;
    const { version: champion } = await mainspring.model(`${MODEL}@champion`);
    if (!champion) throw new Error(`${MODEL} has no champion after its promotion`);
    return {
      run,
      model: MODEL,
      version: champion.version,
      alias: 'champion',
      probability,
      ...(weeks ? { weeks } : {}),
    };
  } finally {
    await mainspring.close();
  }
}
