import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { type JobOrder, defaultTiming } from '../../../activities/ports/job-order.js';
import type { ObjectStore } from '../../../activities/ports/object-store.js';
import { fence, readHead } from '../../../activities/training/lease/head.js';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import { badTextIn } from '../../../contracts/primitives/bad-text-in.js';
import { Progress } from '../../../contracts/training.js';
import { checkpointUploader } from '../../../wrapper/checkpoints.js';
import { ContractViolated } from '../../../wrapper/contract-violated.js';
import { watchDivergence } from '../../../wrapper/divergence.js';
import { type Layout, layoutOf } from '../../../wrapper/layout.js';
import { lastProgress } from '../../../wrapper/progress.js';
import { uploadResult } from '../../../wrapper/result.js';
import { followRungs } from '../../../wrapper/rung-reports.js';
import { anArtifact, sha } from '../../support/fixtures.js';
import { modelFile } from '../../support/models/model-file.js';
import { defineDoor } from '../door.js';
import { mutated } from '../items/mutated.js';
import { type Json, nastyText } from '../items/nasty.js';
import { onnxModels } from '../items/onnx.js';
import { asJson, broken } from '../items/raw.js';
import { type Verdict, accepted, hasTrace, refused, silent, stopped } from '../verdict.js';

interface Item {
  result: string;
  progress: string[];
  /** The model: a share of the good one, where 1 is the whole, or a generated one. */
  model: number | Uint8Array;
  /** Files below model/ and checkpoints/7/, by name; a link leads to its content. */
  files: { name: string; content: string; link: boolean }[];
  steps: string[];
}

const goodResult: Json = { metrics: { log_loss: 0.5, roc_auc: 0.7 }, files: {} };
const goodLine: Json = { ts: 1_700_000_000, step: 3, total: 10, metrics: { log_loss: 0.5 } };

const items: fc.Arbitrary<Item> = fc.record({
  result: broken(asJson(fc.oneof(mutated(fc.constant(goodResult)), fc.constant(goodResult)))),
  progress: fc.array(broken(asJson(fc.oneof(mutated(fc.constant(goodLine)), fc.constant(goodLine)))), {
    maxLength: 4,
  }),
  model: fc.oneof(fc.constantFrom(1, 1, 1, 0, 0.5, 0.99), onnxModels),
  files: fc.array(
    fc.record({
      name: nastyText,
      content: nastyText,
      link: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { maxLength: 2 },
  ),
  steps: fc.array(
    fc.constantFrom('1', '7', '07', '-1', '1e3', '99999999999999999999', '9007199254740993', 'x'),
    { maxLength: 2 },
  ),
});

const order: JobOrder = {
  intent: 'tiny/r-1/trial-0',
  jobKey: 'ms-abuse-a1',
  attempt: 1,
  runId: 'r-1',
  command: ['python'],
  code: anArtifact('code'),
  environment: anArtifact('environment'),
  channels: {},
  columns: { features: ['x'], label: 'label' },
  params: {},
  resources: { cpus: 1, memory: '1GiB', gpus: 0, nodes: 1 },
  seed: 1,
  deadline: '2100-01-01T00:00:00.000Z',
  objective: 'log_loss',
  timing: defaultTiming,
};

function objectsInMemory(): ObjectStore {
  const kept = new Map<string, Buffer>();
  const put = (key: string, body: Uint8Array | string) => void kept.set(key, Buffer.from(body));
  return {
    get: async (key) => {
      const body = kept.get(key);
      return body && { body, etag: sha(body.toString('latin1')) };
    },
    create: async (key, body) => !kept.has(key) && (put(key, body), true),
    swap: async (key, body, etag) => {
      const before = kept.get(key);
      return before !== undefined && sha(before.toString('latin1')) === etag && (put(key, body), true);
    },
    put: async (key, body) => put(key, body),
    remove: async (keys) => keys.forEach((key) => kept.delete(key)),
    list: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** Artifacts of which only the JSON is kept. */
function artifactsInMemory(manifests: string[]) {
  const refOf = (bytes: Buffer, mediaType: string): ArtifactRef => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { uri: `s3://b/${sha256}`, sha256, bytes: bytes.length, mediaType };
  };
  return {
    put: async (content: string | Uint8Array, mediaType: string) => {
      manifests.push(content.toString());
      return refOf(Buffer.from(content), mediaType);
    },
    putFile: async (path: string, mediaType: string) => refOf(await readFile(path), mediaType),
  };
}

/** A name of a file may hold any byte but a slash and NUL, and is no path out of the folder. */
const fileName = (name: string): string =>
  Buffer.from(name.replaceAll(/[/\0]/g, '_'))
    .subarray(0, 200)
    .toString()
    .replace(/^\.{0,2}$/, '_');

async function lay(
  layout: Layout,
  { result, progress, model, files, steps }: Item,
  good: Buffer,
): Promise<void> {
  await Promise.all(
    [layout.model, layout.output, layout.checkpoints].map((path) => mkdir(path, { recursive: true })),
  );
  await writeFile(
    join(layout.model, 'model.onnx'),
    typeof model === 'number' ? good.subarray(0, Math.floor(model * good.length)) : model,
  );
  await writeFile(layout.result, result);
  await writeFile(layout.progress, progress.map((line) => `${line}\n`).join(''));
  for (const step of steps) {
    await mkdir(join(layout.checkpoints, step), { recursive: true });
    await writeFile(join(layout.checkpoints, step, 'manifest.json'), '{}');
  }
  for (const { name, content, link } of files)
    for (const folder of [layout.model, ...steps.slice(0, 1).map((step) => join(layout.checkpoints, step))]) {
      const path = join(folder, fileName(name));
      await mkdir(dirname(path), { recursive: true });
      await (link ? symlink(content.replaceAll('\0', '_') || 'x', path) : writeFile(path, content)).catch(
        () => undefined,
      );
    }
}

/** What the wrapper makes of the files of a trainer that has ended. */
async function collect(layout: Layout): Promise<Verdict> {
  const objects = objectsInMemory();
  const manifests: string[] = [];
  const stores = { artifacts: artifactsInMemory(manifests), objects };
  await fence(objects, order, order.attempt);
  const progress = await lastProgress(layout.progress, layout.base);
  if (progress !== null && !Progress.safeParse(JSON.parse(JSON.stringify(progress))).success)
    return stopped(`a progress that no reader takes: ${JSON.stringify(progress)}`);
  if (progress !== null && badTextIn(progress))
    return stopped(`a progress with ${badTextIn(progress)?.fault ?? ''}`);
  const rungs = followRungs(layout, { metric: 'log_loss', steps: [1, 3, 9] });
  await rungs.look();
  await watchDivergence(layout, 'log_loss')();
  await checkpointUploader(stores, order, layout, 0)();
  const step = (await readHead(objects, order))?.checkpoint?.step;
  if (step !== undefined && !Number.isSafeInteger(step)) return stopped(`a checkpoint of step ${step}`);
  try {
    const counts = await uploadResult(stores, order, layout);
    if (!counts) return stopped('the result of the only attempt does not count');
    const bad = manifests.map((text) => badTextIn(JSON.parse(text))).find((fault) => fault !== undefined);
    return bad ? stopped(`the manifest has at ${bad.path.join('.')} a text that ${bad.fault}`) : accepted();
  } catch (error) {
    if (!(error instanceof ContractViolated)) throw error;
    if (hasTrace(error.reason)) return stopped(`a stack trace: ${error.reason}`);
    return badTextIn(error.reason)
      ? stopped(`a reason that ${badTextIn(error.reason)?.fault}`)
      : refused(error.reason);
  }
}

/** Files that a trainer leaves: result, progress, model, checkpoints. */
export const trainerOutputs = defineDoor<Item>({
  name: 'trainer-outputs',
  what: 'result, progress, model and checkpoints of a trainer',
  weight: 1,
  open: async () => {
    const root = await mkdtemp(join(tmpdir(), 'mainspring-abuse-trainer-'));
    const good = await readFile(modelFile('good'));
    let made = 0;
    return {
      items,
      send: async (item) => {
        const folder = join(root, String((made += 1)));
        const startedAt = performance.now();
        try {
          await lay(layoutOf(folder), item, good);
          const verdict = await collect(layoutOf(folder));
          const ms = performance.now() - startedAt;
          return ms > 5_000 ? silent(`it took ${Math.round(ms)} ms`) : verdict;
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
      close: () => rm(root, { recursive: true, force: true }),
    };
  },
});
