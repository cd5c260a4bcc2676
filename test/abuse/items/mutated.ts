import fc from 'fast-check';
import { type Json, nastyName, nastyValue } from './nasty.js';

/** One change of a document at one of its places. `at` counts the places in their order, and starts again after the last. */
interface Mutation {
  at: number;
  kind: (typeof KINDS)[number];
  value: Json;
  name: string;
}

/** `replace` comes more often, since each field has a type of its own to break. */
const KINDS = ['replace', 'replace', 'replace', 'remove', 'add', 'rename', 'repeat', 'wrap', 'copy'] as const;

type Path = (string | number)[];

function placesOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [
    path,
    ...inner.flatMap(([part, child]: [string | number, Json]) => placesOf(child, [...path, part])),
  ];
}

const at = (document: Json, path: Path): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, part) => (inner as Record<string | number, Json> | undefined)?.[part],
    document,
  );

/** Sets an own property, `__proto__` included. */
function put(parent: object, name: string | number, value: Json): void {
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
}

function mutate(document: Json, { at: nth, kind, value: given, name }: Mutation): Json {
  // Constants of the arbitraries are the same objects each time, and a later change may be within this value.
  const value = structuredClone(given);
  const places = placesOf(document);
  const path = places[nth % places.length] ?? [];
  const part = path.at(-1);
  const found = at(document, path) ?? null;
  if (part === undefined)
    return kind === 'wrap' ? [document] : kind === 'add' ? added(document, name, value) : value;
  const parent = at(document, path.slice(0, -1)) as Json[] | { [name: string]: Json };
  switch (kind) {
    case 'replace':
      put(parent, part, value);
      break;
    case 'remove':
      if (Array.isArray(parent)) parent.splice(Number(part), 1);
      else delete parent[part];
      break;
    case 'add':
      put(parent, part, added(found, name, value));
      break;
    case 'rename':
      if (Array.isArray(parent)) parent.reverse();
      else {
        delete parent[part];
        put(parent, name, found);
      }
      break;
    case 'repeat':
      put(parent, part, [found, found]);
      break;
    case 'wrap':
      put(parent, part, { [name]: found });
      break;
    case 'copy': {
      // A value of another place: of a right form, and wrong here.
      const other = places[(nth * 7 + 1) % places.length] ?? [];
      put(parent, part, structuredClone(at(document, other) ?? null));
    }
  }
  return document;
}

function added(target: Json, name: string, value: Json): Json {
  if (Array.isArray(target)) target.push(value);
  else if (typeof target === 'object' && target !== null) put(target, name, value);
  else return [target, value];
  return target;
}

/** Good documents with up to three changes. They shrink to fewer and simpler changes. */
export const mutated = (documents: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc
    .tuple(
      documents,
      fc.array(
        fc.record({
          at: fc.nat({ max: 10_000 }),
          kind: fc.constantFrom(...KINDS),
          value: nastyValue,
          name: nastyName,
        }),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([document, mutations]) => mutations.reduce(mutate, structuredClone(document)));
