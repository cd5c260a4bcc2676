import { isDeepStrictEqual } from 'node:util';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { examineSpec } from '../../../client/spec/check.js';
import { parseYaml } from '../../../client/spec/read.js';
import { showProblem } from '../../../client/spec/problem.js';
import { durationMs } from '../../../contracts/primitives/duration.js';
import { readInstant } from '../../../contracts/primitives/instant.js';
import { ModelSpec } from '../../../contracts/spec/model-spec.js';
import { pointOf } from '../../../workflows/policy/points.js';
import { planWindows } from '../../../workflows/policy/windows.js';
import { specInput } from '../../support/fixtures.js';
import { defineDoor } from '../door.js';
import { mutated } from '../items/mutated.js';
import type { Json } from '../items/nasty.js';
import { broken } from '../items/raw.js';
import { type Verdict, accepted, hasTrace, refused, silent, stopped } from '../verdict.js';

const example = (name: string): Json =>
  parse(readFileSync(fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url)), 'utf8')) as Json;

/** A spec that has each field somewhere. */
const everything = (): Json => ({
  ...(structuredClone(specInput) as unknown as Record<string, Json>),
  data: {
    ...(structuredClone(specInput.data) as unknown as Record<string, Json>),
    sources: {
      events: { csv: 'events.csv', time: 'ts', nulls: ['NA'] },
      days: { parquet: 's3://bucket/days.parquet' },
    },
    lookback: '2d',
    limits: { memory: '1GB', time: '5m' },
    checks: [
      { columns: { ts: 'timestamp', x: 'float' } },
      { notNull: ['ts'], allow: '1%' },
      { unique: ['id'], source: 'events' },
      { rows: { min: 5, max: 1e6 } },
      { range: { column: 'x', min: 0, max: 1 }, onFail: 'warn' },
      { fresh: '2d' },
      { labelRate: { min: 0.1, max: 0.9 } },
      { leakage: { maxAuc: 0.99 } },
    ],
  },
  training: {
    ...(structuredClone(specInput.training) as unknown as Record<string, Json>),
    resources: { cpus: 2, memory: '2GiB', gpus: 1, gpuType: 'h100', nodes: 2 },
    deadline: '1h',
    retries: { infrastructure: 1, outOfMemory: 1 },
    budget: { account: 'desk', gpuHours: 4 },
    seed: 7,
    search: {
      algorithm: 'asha',
      trials: 4,
      parallel: 2,
      objective: { metric: 'loss', goal: 'minimize' },
      space: {
        rate: { float: [0.001, 1], scale: 'log' },
        depth: { int: [1, 8] },
        kind: { choice: ['a', 'b'] },
      },
      fixed: { verbose: true },
      earlyStopping: { minSteps: 3, reduction: 2 },
    },
  },
  monitoring: { window: '1d', clock: 'event', labels: { matureAfter: '2d' }, minRows: 10 },
  release: { canary: { share: '5%', minRequests: 5, minTime: '1s', maxTime: '1h' } },
  approval: { quorum: { 'ml-engineer': 1 }, expires: '3d' },
});

const documents = fc.constantFrom(
  specInput as unknown as Json,
  everything(),
  example('flight-delay/model.yaml'),
  example('max-temperature/model.yaml'),
  example('weather-kind/model.yaml'),
);

/** Time in which a file must be judged. */
const MOST_MS = 5_000;

const AS_OF = ['2001-02-01T00:00:00.000Z', '2026-11-30T00:00:00.000Z'];

/** What a workflow computes of an accepted spec, where an error would fail its task. */
function useOf(spec: ModelSpec): string | undefined {
  if (!isDeepStrictEqual(ModelSpec.parse(JSON.parse(JSON.stringify(spec))), spec))
    return 'it reads another spec from what it has written';
  for (const asOf of AS_OF) {
    const windows = planWindows({ asOf, split: spec.split, lookback: spec.data.lookback, history: null });
    const instants = [windows.read, windows.rows, windows.train, windows.validation, windows.test].flatMap(
      ({ from, to }) => [from, to],
    );
    for (const instant of instants)
      if (Number.isNaN(Date.parse(instant))) return `a window begins at ${instant}`;
    for (const wait of [spec.approval.expires, spec.training.deadline, spec.release.canary.maxTime]) {
      const end = new Date(Date.parse(asOf) + durationMs(wait)).toISOString();
      if (readInstant(end) === undefined) return `${wait} from ${asOf} on ends at ${end}`;
    }
  }
  for (const n of [0, 1, 17]) {
    const point = pointOf(spec.training.search, spec.training.seed, n);
    for (const [name, value] of Object.entries(point))
      if (typeof value === 'number' && !Number.isFinite(value)) return `trial ${n} has ${name} ${value}`;
  }
  return undefined;
}

function judge(text: string): Verdict {
  const startedAt = performance.now();
  const { spec, problems } = examineSpec(parseYaml(text));
  const shown = problems.map((problem) => showProblem('model.yaml', problem)).join('\n');
  const ms = performance.now() - startedAt;
  if (ms > MOST_MS) return silent(`it took ${Math.round(ms)} ms`);
  if (hasTrace(shown)) return stopped(`it shows a stack trace: ${shown}`);
  if (!spec) return problems.length > 0 ? refused(shown) : stopped('neither a spec nor a problem');
  const fault = useOf(spec);
  return fault === undefined ? accepted() : stopped(`accepted, but ${fault}`);
}

/** Model files in YAML and JSON. An accepted one is used as the workflows will use it. */
export const spec = defineDoor<string>({
  name: 'spec',
  what: 'model files, YAML and JSON',
  weight: 2,
  open: async () => {
    const texts = mutated(documents).chain((document) =>
      fc.constantFrom(JSON.stringify(document), yamlOf(document)),
    );
    const good = stringify(specInput);
    return {
      items: broken(texts),
      send: async (text) => {
        const verdict = judge(text);
        const after = judge(good);
        return after.outcome === 'accepted' ? verdict : stopped(`a good file afterwards: ${after.why}`);
      },
      show: (text) => JSON.stringify(text),
      close: async () => undefined,
    };
  },
});

/** A document of thousands of levels has no YAML. */
function yamlOf(document: Json): string {
  try {
    return stringify(document);
  } catch {
    return JSON.stringify(document);
  }
}
