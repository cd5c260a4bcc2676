/** One thing wrong with a model file. */
export interface Problem {
  /** Where in the spec, e.g. `evaluation.gates[0].metric`; empty for the whole file. */
  path: string;
  message: string;
  remedy: string;
  /** 1-based; null where a file format has no positions (TypeScript). */
  line: number | null;
  column: number | null;
}

export type Path = readonly (string | number)[];

export const showPath = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  );

/** `model.yaml:12:5 evaluation.gates[0].metric: …` – the form that editors and terminals link. */
export function showProblem(file: string, { path, message, remedy, line, column }: Problem): string {
  const where = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return `${where} ${path ? `${path}: ` : ''}${message}${remedy ? `\n    ${remedy}` : ''}`;
}
