import { badTextIn } from '../../contracts/primitives/bad-text-in.js';
import { ModelSpec } from '../../contracts/spec/model-spec.js';
import { type Problem, showProblem } from './problem.js';
import { problemAt } from './problem-at.js';
import { toProblems } from './problems.js';
import { type RawSpec, readSpec } from './read.js';
import { sizeFault } from '../../operations/input-size.js';
import { breaches } from '../../operations/spec/rules.js';
import { modelJsonSchema } from './schema.js';
import { missingFiles } from './files.js';
import { MainspringError } from '../../operations/errors.js';
import { pathOf } from '../arguments.js';
import { withFiles } from '../disk/file-failure.js';

export interface SpecReport {
  file: string;
  /** Null if there are problems. */
  spec: ModelSpec | null;
  problems: Problem[];
}

/** Check a parsed spec: first its schema, then the rules between fields. */
export function examineSpec(raw: RawSpec): { spec: ModelSpec | null; problems: Problem[] } {
  if (raw.problems.length > 0) return { spec: null, problems: raw.problems };
  const fault = wholeFault(raw);
  if (fault) return { spec: null, problems: [fault] };
  const parsed = ModelSpec.safeParse(raw.value);
  if (!parsed.success)
    return { spec: null, problems: toProblems(parsed.error.issues, raw, modelJsonSchema()) };
  const problems = breaches(parsed.data).map(({ path, message, remedy }) =>
    problemAt(raw, path, message, remedy),
  );
  return { spec: problems.length > 0 ? null : parsed.data, problems };
}

/** The problem of a file that is too large, or has a text or name that is not stored; undefined for any other file. */
function wholeFault(raw: RawSpec): Problem | undefined {
  const tooLarge = sizeFault(raw.value);
  if (tooLarge !== undefined)
    return problemAt(raw, [], `the model file ${tooLarge}`, 'Declare less in one model.');
  const bad = badTextIn(raw.value);
  return bad && problemAt(raw, bad.path, bad.fault, bad.remedy);
}

/**
 * Check a model file and the files that it names. Reads files only; no server is needed.
 *
 * @throws MainspringError if there is no such file, or it cannot be read as a model
 */
export async function checkSpec(file: string): Promise<SpecReport> {
  pathOf('the model file', file);
  const raw = await readSpec(file);
  const { spec, problems } = examineSpec(raw);
  if (!spec) return { file, spec, problems };
  const missing = await withFiles(() => missingFiles(file, spec));
  const found = missing.map(({ path, message, remedy }) => problemAt(raw, path, message, remedy));
  return { file, spec: found.length > 0 ? null : spec, problems: found };
}

/** @throws MainspringError `refused` with every problem and its position in the file */
export async function specOrRefuse(file: string): Promise<ModelSpec> {
  const { spec, problems } = await checkSpec(file);
  if (spec) return spec;
  throw new MainspringError(
    'refused',
    problems.map((problem) => showProblem(file, problem)).join('\n'),
    `Nothing was started. \`mainspring spec check ${file}\` checks the file; \`mainspring spec explain\` shows every field.`,
    problems,
  );
}
