import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Document,
  LineCounter,
  type Node,
  type YAMLMap,
  isAlias,
  isMap,
  isNode,
  isScalar,
  parseDocument,
} from 'yaml';
import { MainspringError } from '../../operations/errors.js';
import type { Path } from '../../operations/spec/path.js';
import type { Problem } from './problem.js';

/** A parsed model file, before any check. */
export interface RawSpec {
  value: unknown;
  /** Syntax errors. If there are any, `value` must not be used. */
  problems: Problem[];
  /**
   * Position of the value at a path, or of its key if `key` is set. If the path does not exist, position of its
   * nearest parent.
   */
  locate(path: Path, key?: boolean): { line: number; column: number } | undefined;
}

/** Read a model from YAML, or from the default export of a TypeScript or JavaScript module. */
export async function readSpec(file: string): Promise<RawSpec> {
  const extension = extname(file);
  if (['.yaml', '.yml', '.json'].includes(extension)) return parseYaml(await readText(file));
  if (['.ts', '.mts', '.js', '.mjs'].includes(extension)) return loadModule(file);
  throw new MainspringError(
    'usage',
    `${file} is no model file: extension "${extension}"`,
    'A model is declared in .yaml, .yml, .json, .ts, .mts, .js or .mjs.',
  );
}

/** Longest model file. One with 5,000 features stays far below. */
const MAX_BYTES = 4 * 2 ** 20;

async function readText(file: string): Promise<string> {
  const info = await stat(file).catch((error: unknown) => {
    throw missing(file, error);
  });
  // Reading a pipe or a device would not end.
  if (!info.isFile()) throw missing(file, new Error('it is not a regular file'));
  if (info.size > MAX_BYTES)
    throw new MainspringError(
      'refused',
      `${file} has ${info.size} bytes, allowed: at most ${MAX_BYTES}`,
      'A model file declares a model; keep data and code in files that it names.',
    );
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw missing(file, error);
  });
}

const missing = (file: string, cause: unknown): MainspringError =>
  new MainspringError(
    'not-found',
    `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Name the model file, e.g. `mainspring start examples/flight-delay/model.yaml`.',
    undefined,
    { cause },
  );

/**
 * Import a module and compile it on the fly. The client package does not include tsx; without it only JavaScript can
 * be read.
 */
async function importModule(file: string): Promise<unknown> {
  const url = pathToFileURL(resolve(file)).href;
  const tsx = await import('tsx/esm/api').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
  if (tsx) return tsx.tsImport(url, import.meta.url);
  if (['.js', '.mjs'].includes(extname(file))) return import(url);
  throw new MainspringError(
    'usage',
    `${file} is TypeScript, and the package tsx that compiles it is not installed`,
    'Run `npm install tsx`, or declare the model in YAML or JavaScript.',
  );
}

async function loadModule(file: string): Promise<RawSpec> {
  await readText(file);
  const loaded = (await importModule(file)) as { default?: unknown };
  // The exports of a CommonJS module are its default export here.
  const value =
    loaded.default !== null && typeof loaded.default === 'object' && 'default' in loaded.default
      ? loaded.default.default
      : loaded.default;
  if (value === undefined)
    throw new MainspringError(
      'refused',
      `${file} has no default export`,
      'Write `export default defineModel({ … })`.',
    );
  // Reduced to plain JSON, as YAML would be: no undefined fields and no prototypes.
  return { value: JSON.parse(JSON.stringify(value)) as unknown, problems: [], locate: () => undefined };
}

/** Syntax errors that are named at most. Most of them follow from the first. */
const MAX_SYNTAX_ERRORS = 20;

export function parseYaml(text: string): RawSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = document.errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => ({
    path: '',
    message: error.message,
    remedy: 'Mend the YAML syntax at this place.',
    ...position(error.pos[0]),
  }));
  return {
    value: problems.length > 0 ? undefined : valueOf(document, problems),
    problems,
    locate: (path, key = false) => {
      let node: Node | null | undefined = document.contents;
      let offset = node?.range?.[0];
      for (const [index, part] of path.entries()) {
        if (isAlias(node)) node = node.resolve(document);
        if (isMap(node)) {
          const pair = pairOf(node, part);
          if (!pair) break;
          if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
          node = isNode(pair.value) ? pair.value : null;
        } else {
          node = document.getIn(path.slice(0, index + 1), true) as Node | undefined;
        }
        if (!node) break;
        const isLast = index === path.length - 1;
        if (!(isLast && key)) offset = node.range?.[0] ?? offset;
      }
      return offset === undefined ? undefined : position(offset);
    },
  };
}

/** The value of a document without syntax errors. Aliases that would make it endless are one more problem. */
function valueOf(document: Document, problems: Problem[]): unknown {
  try {
    const value = document.toJS() as unknown;
    // An alias inside of its own anchor makes a value that contains itself.
    JSON.stringify(value);
    return value;
  } catch (error) {
    problems.push({
      path: '',
      message: `its aliases cannot be resolved: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
      remedy: 'Write the values out instead of using so many aliases.',
      line: 1,
      column: 1,
    });
    return undefined;
  }
}

const pairOf = (map: YAMLMap, key: string | number) =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
