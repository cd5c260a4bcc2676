/** One fault of a model file. */
export interface Problem {
  /** Path in the spec, e.g. `evaluation.gates[0].metric`; empty for the whole file. */
  path: string;
  message: string;
  remedy: string;
  /** 1-based. Null for file formats without positions (TypeScript). */
  line: number | null;
  column: number | null;
}

/**
 * One line in the form that editors and terminals turn into a link: `model.yaml:12:5 evaluation.gates[0].metric: …`.
 */
export function showProblem(file: string, { path, message, remedy, line, column }: Problem): string {
  const where = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return `${where} ${path ? `${path}: ` : ''}${message}${remedy ? `\n    ${remedy}` : ''}`;
}
