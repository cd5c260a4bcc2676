/** The paths of an HTTP server, each with the methods that it takes. */
export interface KnownPaths {
  /** @param path as the router has it, e.g. `/v1/models/:model` */
  add(path: string, methods: readonly string[]): void;
  /**
   * The methods of a request's path, as header `Allow` lists them: with OPTIONS, by the alphabet. Undefined if the server has
   * no such path.
   */
  allowed(url: string): string | undefined;
}

const isVariable = (part: string): boolean => part.startsWith(':') || part === '*';

export function knownPaths(): KnownPaths {
  const known = new Map<string, { parts: readonly string[]; methods: Set<string> }>();
  return {
    add: (path, methods) => {
      const entry = known.get(path) ?? { parts: path.split('/'), methods: new Set<string>() };
      known.set(path, entry);
      for (const method of methods) entry.methods.add(method);
    },
    allowed: (url) => {
      const sent = (url.split(/[?#]/, 1)[0] ?? '').split('/');
      const found = [...known.values()]
        .filter(({ parts }) => parts.length === sent.length)
        .filter(({ parts }) =>
          parts.every((part, at) => (isVariable(part) ? sent[at] !== '' : part === sent[at])),
        )
        .flatMap(({ methods }) => [...methods]);
      return found.length === 0 ? undefined : [...new Set([...found, 'OPTIONS'])].toSorted().join(', ');
    },
  };
}
