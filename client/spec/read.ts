import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  type Document,
  LineCounter,
  type Node,
  type YAMLMap,
  type YAMLParseError,
  isAlias,
  isMap,
  isNode,
  isScalar,
  parseDocument,
} from 'yaml';
import { MainspringError } from '../../operations/errors.js';
import { type Path, showPath } from '../../operations/spec/path.js';
import { lineOutsideUtf8 } from '../disk/utf8.js';
import { withFiles } from '../disk/file-failure.js';
import { regularFile } from '../disk/regular-file.js';
import { importModule } from './import-module.js';
import { moduleFault } from './module-faults.js';
import type { Problem } from './problem.js';
import { depthFault } from './yaml-depth.js';
import { yamlFaults } from './yaml-faults.js';

/** A parsed model file, before any check. */
export interface RawSpec {
  value: unknown;
  /** Faults of the way in which the file is written. If there are any, `value` must not be used. */
  problems: Problem[];
  /**
   * Position of the value at a path, or of its key if `key` is set. If the path does not exist, position of its
   * nearest parent.
   */
  locate(path: Path, key?: boolean): { line: number; column: number } | undefined;
  /** The number at a path as the file has it, e.g. `.nan`. Undefined for another value, or if that is not known. */
  written?(path: Path): string | undefined;
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
  const { size } = await regularFile(file);
  if (size > MAX_BYTES)
    throw new MainspringError(
      'refused',
      `${file} has ${size} bytes, allowed: at most ${MAX_BYTES}`,
      'A model file declares a model; keep data and code in files that it names.',
    );
  const bytes = await withFiles(() => readFile(file), file);
  const line = lineOutsideUtf8(bytes);
  if (line !== undefined)
    throw new MainspringError('refused', `${file} is not UTF-8 in line ${line}`, 'Save it in UTF-8.');
  return bytes.toString('utf8');
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
  const fault = moduleFault(value);
  if (fault) {
    const problem = { ...fault, path: showPath(fault.path), line: null, column: null };
    return { value: undefined, problems: [problem], locate: () => undefined };
  }
  // Reduced to plain JSON, as YAML would be: no undefined fields and no prototypes.
  return { value: JSON.parse(JSON.stringify(value)) as unknown, problems: [], locate: () => undefined };
}

/** Faults of syntax and of notation that are named at most. Most of them follow from the first. */
const MAX_FAULTS = 20;

const syntaxFault = ({ code, message }: YAMLParseError): { message: string; remedy: string } =>
  code === 'MULTIPLE_DOCS'
    ? { message: 'the file has several documents, and a model file is one', remedy: 'Keep one of them.' }
    : { message, remedy: 'Mend the YAML syntax at this place.' };

export function parseYaml(text: string): RawSpec {
  const tooDeep = depthFault(text);
  if (tooDeep) return unparsed(text, tooDeep);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = document.errors.slice(0, MAX_FAULTS).map((error) => ({
    path: '',
    ...syntaxFault(error),
    ...position(error.pos[0]),
  }));
  if (problems.length === 0)
    for (const { path, offset, ...fault } of yamlFaults(document, MAX_FAULTS))
      problems.push({ path: showPath(path), ...fault, ...position(offset) });
  return {
    value: problems.length > 0 ? undefined : valueOf(document, problems),
    problems,
    written: (path) => {
      const node: unknown = document.getIn(path, true);
      return isScalar(node) && typeof node.value === 'number' ? node.source : undefined;
    },
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

/** A text that must not be parsed, with its only problem. */
function unparsed(text: string, { offset, fault }: { offset: number; fault: string }): RawSpec {
  const before = text.slice(0, offset);
  const problem: Problem = {
    path: '',
    message: `is nested too deep: ${fault}`,
    remedy: 'A model file has fewer than ten levels: correct the brackets or the indent at this place.',
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n'),
  };
  return { value: undefined, problems: [problem], locate: () => undefined };
}

/** The value of a document without syntax errors. Aliases that stand for too much are one more problem. */
function valueOf(document: Document, problems: Problem[]): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    problems.push({
      path: '',
      message: `its aliases cannot be resolved: ${aliasFault(error)}`,
      remedy: 'Write the values out in the place of the aliases.',
      line: 1,
      column: 1,
    });
    return undefined;
  }
}

function aliasFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, name] = /^Unresolved alias .*: (.*)$/.exec(message) ?? [];
  return name === undefined ? 'they stand for too many values' : `no anchor &${name} comes before *${name}`;
}

const pairOf = (map: YAMLMap, key: string | number) =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
