import { ContractViolated } from './contract-violated.js';
import { FIT_FAILED } from './fit-failed.js';
import type { Layout } from './layout.js';
import { breachOf } from './json-limits.js';
import { NotPlain, readPlain } from './plain-file.js';
import { isName } from './trainer-text.js';

/** Limits of result.json, checked before it is parsed. */
export const resultLimits = { bytes: 2 ** 20, depth: 32, entries: 20_000, metrics: 1_000 };

const WRITE_IT = 'Write {"metrics": {"<name>": <number>}} to a temporary file beside it and rename it.';
const FEWER = `Write at most ${resultLimits.metrics.toLocaleString('en')} metrics, and put everything else into a file below model/ or into the log.`;

interface Result {
  metrics: Record<string, number>;
  /** Path below model/ → SHA-256, as the trainer states it. */
  digests: Record<string, string>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Files may be given as `{path: sha256}`, `{path: {sha256}}` or `[{path, sha256}]`. */
function digestsOf(files: unknown): Record<string, string> {
  const entries: [unknown, unknown][] = Array.isArray(files)
    ? files.filter(isObject).map((file) => [file['path'] ?? file['name'], file])
    : Object.entries(isObject(files) ? files : {});
  return Object.fromEntries(
    entries
      .map(([path, value]) => [path, isObject(value) ? value['sha256'] : value])
      .filter((entry): entry is [string, string] => entry.every((part) => typeof part === 'string'))
      .map(([path, digest]) => [path.replace(/^model\//, ''), digest]),
  );
}

async function textOf(layout: Layout): Promise<string> {
  const found = await readPlain(layout.result, layout.base, resultLimits.bytes).catch((error: unknown) => {
    if (!(error instanceof NotPlain)) throw error;
    throw new ContractViolated(`output/result.json is ${error.what}, not a regular file`, WRITE_IT);
  });
  if (!found) throw new ContractViolated('exit code 0, but output/result.json is missing', WRITE_IT);
  if (found.size > resultLimits.bytes)
    throw new ContractViolated(
      `output/result.json has ${found.size.toLocaleString('en')} bytes, at most ${resultLimits.bytes.toLocaleString('en')} are taken`,
      FEWER,
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(found.body);
  } catch {
    throw new ContractViolated('output/result.json is not UTF-8', WRITE_IT);
  }
}

function parse(text: string): unknown {
  const breach = breachOf(text, resultLimits);
  if (breach !== undefined) throw new ContractViolated(`output/result.json has ${breach}`, FEWER);
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, name, value] = /"([^"\\]{1,200})"\s*:\s*(NaN|-?Infinity)\b/.exec(text) ?? [];
    if (name !== undefined)
      throw new ContractViolated(
        `metric "${name}" of output/result.json is ${value}, not a finite number`,
        FIT_FAILED,
      );
    throw new ContractViolated(
      `output/result.json is not JSON: ${(error as Error).message.slice(0, 200)}`,
      WRITE_IT,
    );
  }
}

function metricsOf(parsed: unknown): Record<string, number> {
  const metrics = isObject(parsed) ? parsed['metrics'] : undefined;
  if (!isObject(metrics)) throw new ContractViolated('output/result.json has no object "metrics"', WRITE_IT);
  const names = Object.keys(metrics);
  if (names.length > resultLimits.metrics)
    throw new ContractViolated(
      `output/result.json has ${names.length.toLocaleString('en')} metrics, at most ${resultLimits.metrics.toLocaleString('en')} are taken`,
      FEWER,
    );
  const named = names.find((name) => !isName(name));
  if (named !== undefined)
    throw new ContractViolated(
      `output/result.json has a metric named ${JSON.stringify(named).slice(0, 100)}`,
      'Name metrics in 1–200 characters, without control characters.',
    );
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value === 'number' && Number.isFinite(value)) continue;
    const shown = typeof value === 'number' ? String(value) : JSON.stringify(value).slice(0, 100);
    const isNumber = typeof value === 'number' || /^"(NaN|-?Infinity)"$/.test(shown);
    throw new ContractViolated(
      `metric "${name}" of output/result.json is ${shown}, not a finite number`,
      isNumber ? FIT_FAILED : WRITE_IT,
    );
  }
  return metrics as Record<string, number>;
}

/**
 * Read output/result.json.
 *
 * @param objective metric that it must contain; null if there is none
 * @throws ContractViolated
 */
export async function readResultFile(objective: string | null, layout: Layout): Promise<Result> {
  const parsed = parse(await textOf(layout));
  const metrics = metricsOf(parsed);
  if (objective !== null && !Object.hasOwn(metrics, objective))
    throw new ContractViolated(
      `output/result.json has no metric "${objective}", which steers the search; it has: ${Object.keys(metrics).slice(0, 20).join(', ') || 'none'}`,
      `Write "${objective}" in it, or name one of its metrics in training.search.objective.metric.`,
    );
  const files = isObject(parsed) ? (parsed['files'] ?? parsed['model_files'] ?? parsed['model']) : undefined;
  return { metrics, digests: digestsOf(files) };
}
