import { ModelSpec } from '../../contracts/spec/model-spec.js';
import { type Problem, showProblem } from './problem.js';
import { problemAt, toProblems } from './problems.js';
import { type RawSpec, readSpec } from './read.js';
import { breaches } from './rules.js';
import { modelJsonSchema } from './schema.js';
import { missingFiles } from './files.js';
import { MainspringError } from '../errors.js';

export interface SpecReport {
  file: string;
  /** Null when there are problems. */
  spec: ModelSpec | null;
  problems: Problem[];
}

/** Judge a spec that was read: the schema first, then what fields owe each other. */
export function judgeSpec(raw: RawSpec): { spec: ModelSpec | null; problems: Problem[] } {
  if (raw.problems.length > 0) return { spec: null, problems: raw.problems };
  const parsed = ModelSpec.safeParse(raw.value);
  if (!parsed.success)
    return { spec: null, problems: toProblems(parsed.error.issues, raw, modelJsonSchema()) };
  const problems = breaches(parsed.data).map(({ path, message, remedy }) =>
    problemAt(raw, path, message, remedy),
  );
  return { spec: problems.length > 0 ? null : parsed.data, problems };
}

/** Check a model file and the files that it names. Reads files only; no server is needed. */
export async function checkSpec(file: string): Promise<SpecReport> {
  const raw = await readSpec(file);
  const { spec, problems } = judgeSpec(raw);
  if (!spec) return { file, spec, problems };
  const missing = await missingFiles(file, spec);
  const found = missing.map(({ path, message, remedy }) => problemAt(raw, path, message, remedy));
  return { file, spec: found.length > 0 ? null : spec, problems: found };
}

/** @throws MainspringError `refused` with every problem, placed */
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
