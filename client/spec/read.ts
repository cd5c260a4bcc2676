import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, type Node, type YAMLMap, isAlias, isMap, isNode, isScalar, parseDocument } from 'yaml';
import { MainspringError } from '../errors.js';
import type { Path, Problem } from './problem.js';

/** A model file as it was read, before anybody judged it. */
export interface RawSpec {
  value: unknown;
  /** Syntax errors; with any of them `value` means nothing. */
  problems: Problem[];
  /** Position of the value at a path – or of its key, when `key` is set – or of the nearest parent that is there. */
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw missing(file, error);
  }
}

const missing = (file: string, cause: unknown): MainspringError =>
  new MainspringError(
    'not-found',
    `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Name the model file, e.g. `mainspring start examples/flight-delay/model.yaml`.',
    undefined,
    { cause },
  );

async function loadModule(file: string): Promise<RawSpec> {
  await readText(file);
  // A clone has no build step: the module is compiled as it is loaded.
  const { tsImport } = await import('tsx/esm/api');
  const loaded = (await tsImport(pathToFileURL(resolve(file)).href, import.meta.url)) as {
    default?: unknown;
  };
  // A CommonJS module arrives with its exports as the default export.
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
  // As YAML would give it: without undefined members and prototypes.
  return { value: JSON.parse(JSON.stringify(value)) as unknown, problems: [], locate: () => undefined };
}

export function parseYaml(text: string): RawSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = document.errors.map((error) => ({
    path: '',
    message: error.message,
    remedy: 'Mend the YAML syntax at this place.',
    ...position(error.pos[0]),
  }));
  return {
    value: problems.length > 0 ? undefined : (document.toJS() as unknown),
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

const pairOf = (map: YAMLMap, key: string | number) =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
