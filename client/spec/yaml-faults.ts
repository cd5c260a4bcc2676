import { type Document, type Node, type Scalar, type YAMLMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { Path } from '../../operations/spec/path.js';

/** A value that YAML reads otherwise than a person would, or drops. */
export interface YamlFault {
  path: Path;
  message: string;
  remedy: string;
  /** Characters from the start of the file. */
  offset: number;
}

/** The keys and indices that lead to a node, from the nodes above it. */
function pathOf(above: readonly unknown[], node: unknown): Path {
  const nodes = [...above, node];
  return nodes.flatMap((one, at): (string | number)[] => {
    if (isPair(one)) return [isScalar(one.key) ? nameOf(one.key) : String(one.key)];
    return isSeq(one) && at + 1 < nodes.length ? [one.items.indexOf(nodes[at + 1])] : [];
  });
}

const offsetOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

type Told = Pick<YamlFault, 'message' | 'remedy'>;

/** The fault of a number that is not written in decimal, or has more digits than a number holds. */
function numberFault({ value, source, format }: Scalar): Told | undefined {
  if (typeof value !== 'number' || source === undefined) return undefined;
  if (format === 'HEX' || format === 'OCT')
    return {
      message: `${source} is ${format === 'HEX' ? 'hexadecimal' : 'octal'}, and numbers are written in decimal`,
      remedy: `Write ${value}.`,
    };
  if (/^[-+]?\d+$/.test(source) && BigInt(source.replace('+', '')) !== BigInt(value))
    return {
      message: `${source} has more digits than a number holds: it would be read as ${value}`,
      remedy: 'Write fewer digits, or text in quotes where text is allowed.',
    };
  return undefined;
}

/** A simple key as the name of a field. */
const nameOf = ({ value }: Scalar): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** The fault of a key that is no text, and not read as it is written. */
function keyFault(key: unknown): Told | undefined {
  if (!isScalar(key))
    return {
      message: 'a key is a list, a map or an alias, and keys are text',
      remedy: 'Write the key as one text.',
    };
  if (key.value === '<<')
    return {
      message: 'the key << merges no maps: a model file is YAML 1.2',
      remedy: 'Write the fields out; an alias stands for a whole value.',
    };
  const name = nameOf(key);
  if (typeof key.value === 'string' || (key.value !== null && name === key.source)) return undefined;
  return {
    message: `the key ${key.source || 'without a name'} would be read as ${JSON.stringify(name)}`,
    remedy: 'Write the key as text, in quotes.',
  };
}

/** The first key of a map that repeats another one as soon as both are text, e.g. 1 and "1". */
function repeatedKey({ items }: YAMLMap): Scalar | undefined {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const name = nameOf(key);
    if (seen.has(name)) return key;
    seen.add(name);
  }
  return undefined;
}

/** The first `most` faults of a document without syntax errors. */
export function yamlFaults(document: Document.Parsed, most: number): YamlFault[] {
  const { explicit, version } = document.directives.yaml;
  if (explicit && version !== '1.2')
    return [
      {
        path: [],
        message: `YAML ${version} reads yes as true and 010 as 8, and a model file is YAML 1.2`,
        remedy: 'Take the line with %YAML out.',
        offset: 0,
      },
    ];
  const found: YamlFault[] = document.warnings.slice(0, most).map(({ message, pos }) => ({
    path: [],
    message,
    remedy: 'Take it out: a value has its type from the way in which it is written.',
    offset: pos[0],
  }));
  const add = (told: Told | undefined, path: () => Path, at: unknown) => {
    if (told) found.push({ path: path(), ...told, offset: offsetOf(at) });
    return found.length < most ? undefined : visit.BREAK;
  };
  visit(document, {
    Pair: (_, pair, above) => add(keyFault(pair.key), () => pathOf(above, pair), pair.key),
    Scalar: (at, scalar, above) =>
      add(at === 'key' ? undefined : numberFault(scalar), () => pathOf(above, scalar), scalar),
    Map: (_, map, above) => {
      const key = repeatedKey(map);
      const twice = { message: 'the key is there twice, once in quotes', remedy: 'Keep one of the two.' };
      return add(key && twice, () => [...pathOf(above, map), key ? nameOf(key) : ''], key);
    },
  });
  return found;
}
