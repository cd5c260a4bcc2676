/** Path of a field in a spec: names of fields and indices of lists. */
export type Path = readonly (string | number)[];

export const showPath = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  );
