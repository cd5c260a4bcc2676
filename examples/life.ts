import { type Mainspring, type ModelSpec, connect } from '../client/index.js';
import type { Answer, Example, ExampleContext, ExampleResult } from './example.js';
import { type Following, follow } from './follow.js';
import { type Traffic, askGateway, askOnce, readTraffic, tensorsOf } from './traffic.js';

/** Starts the first lifecycle of the model. After a restart, finds the running one instead. */
async function runToFollow(
  mainspring: Mainspring,
  { model }: ModelSpec,
  example: Example,
  { options, config, print }: ExampleContext,
): Promise<string> {
  const runs = await mainspring.lifecycles.list({ model }).catch(() => []);
  const mine = runs.filter(({ run }) => run.startsWith('life-'));
  const going = mine.find(({ outcome }) => outcome === null || outcome === 'promoted');
  if (going) {
    print(`Goes on with run ${going.run}, started ${going.startedAt}.`);
    return going.run;
  }
  const sources = await example.sources?.(options.sample, config.dataDir);
  const { run } = await mainspring.lifecycles.start(example.modelFile, {
    by: 'demo',
    reason: 'first life of the model',
    asOf: example.asOf,
    run: `life-${mine.length + 1}`,
    ...(sources ? { sources } : {}),
  });
  print(`Run ${run} of ${model} started, on what was known on ${example.asOf}.`);
  return run;
}

/** Reads the questions of a span of time, with features from the SQL of the champion's spec. */
export async function trafficOf(
  mainspring: Mainspring,
  { model, data, features }: ModelSpec,
  span: { from: string; to: string },
): Promise<Traffic> {
  const { path } = await mainspring.models.backfill(model, span);
  return readTraffic(path, {
    id: data.id,
    time: data.time,
    label: data.label.column,
    labelAt: data.label.availableAt,
    features: features.set,
  });
}

const shown = (answer: Answer): string =>
  Object.entries(answer)
    .map(([name, value]) => {
      const values = (Array.isArray(value) ? value : [value]).map((one) =>
        typeof one === 'number' ? one.toFixed(3) : one,
      );
      return `${name} ${values.join(', ')}`;
    })
    .join('; ');

/** Asks the new champion about the rows from `asOf` until `trafficUntil`, and once more about the first one. */
async function firstTraffic(
  mainspring: Mainspring,
  spec: ModelSpec,
  { asOf, trafficUntil }: Example,
  { config, print, signal }: ExampleContext,
): Promise<Answer> {
  const { model } = spec;
  const traffic = await trafficOf(mainspring, spec, { from: asOf, to: trafficUntil });
  const answered = await askGateway(config.gateway.url, model, traffic, signal);
  print(`  ${answered.toLocaleString('en')} rows from ${asOf} on answered by the gateway.`);
  const [first] = traffic.questions;
  if (!first) throw new Error(`${model} has no rows from ${asOf} to ${trafficUntil}: use a larger --sample`);
  const inputs = tensorsOf(traffic.features, [first]);
  const answer = await askOnce(config.gateway.url, model, { id: `by-hand-${first.id}`, inputs }, signal);
  print(
    [
      '',
      `  ${first.id}: ${shown(answer)}. Ask it yourself:`,
      `    curl -s ${config.gateway.url}/v2/models/${model}/infer -H 'content-type: application/json' -d '${JSON.stringify({ inputs })}'`,
      '',
    ].join('\n'),
  );
  return answer;
}

/**
 * Runs the whole life of one example for people to watch: from raw data to live predictions, and the weeks of
 * traffic.
 *
 * @throws Error if no version was promoted or the gateway did not answer
 */
export async function runExample(example: Example, context: ExampleContext): Promise<ExampleResult> {
  const { config, options, print, signal } = context;
  if (options.weeks > 0 && !example.replayWeeks)
    throw new Error(`--weeks is ${options.weeks}: this example has no weeks to replay, leave the flag out`);
  if (options.sample < 1 && !example.sources)
    throw new Error(`--sample is ${options.sample}: this example uses all of its data, leave the flag out`);
  const mainspring = connect({ config });
  try {
    const { spec, problems } = await mainspring.specs.check(example.modelFile);
    if (!spec) throw new Error(`${example.modelFile} is not valid: ${problems[0]?.message ?? ''}`);
    const { model } = spec;
    const following: Following = { mainspring, print, signal, yes: options.yes };
    const run = await runToFollow(mainspring, spec, example, context);
    // Another example may have a run of the same name on this stack.
    const ended = await follow(following, `${model}/${run}`);
    if (ended.outcome !== 'promoted')
      throw new Error(
        `run ${run} ended as ${ended.outcome ?? 'unknown'}: npx mainspring status ${model}/${run}`,
      );
    const answer = await firstTraffic(mainspring, spec, example, context);
    const weeks =
      options.weeks > 0
        ? await example.replayWeeks?.({
            ...following,
            spec,
            gateway: config.gateway.url,
            weeks: options.weeks,
          })
        : undefined;
    const { version: champion } = await mainspring.models.get(`${model}@champion`);
    if (!champion) throw new Error(`${model} has no champion after its promotion`);
    return {
      run,
      model,
      version: champion.version,
      alias: 'champion',
      ...answer,
      ...(weeks ? { weeks } : {}),
    };
  } finally {
    await mainspring.close();
  }
}
