import { type Path, showPath } from '../../operations/spec/path.js';
import type { Problem } from './problem.js';
import type { RawSpec } from './read.js';

/** A problem at a path, with its position in the file. */
export function problemAt(raw: RawSpec, path: Path, message: string, remedy: string, onKey = false): Problem {
  const location = raw.locate(path, onKey);
  return {
    path: showPath(path),
    message,
    remedy,
    line: location?.line ?? null,
    column: location?.column ?? null,
  };
}
