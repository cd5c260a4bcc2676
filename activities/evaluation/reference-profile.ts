import type {
  EvaluationInput,
  Metrics,
  ReferenceColumn,
  ReferenceProfile,
} from '../../contracts/evaluation.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import type { SignatureInput } from '../../contracts/signature.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import { baseRateOf } from '../data/base-rate.js';
import { parquet } from '../data/parquet-sql.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { categoricalReferences } from './reference-categories.js';
import { numericReferences } from './reference-bins.js';

export interface ProfileInput {
  trainPath: string;
  /** Parquet file with the scores of this evaluation. */
  scoresPath: string;
  problem: Problem;
  inputs: readonly SignatureInput[];
  unit: string;
  drift: EvaluationInput['drift'];
  seed: number;
  metrics: Metrics;
}

const isCategorical = ({ type }: SignatureInput): boolean => type === 'string' || type === 'bool';

/**
 * Build the reference that drift is measured against. It has the features of the train rows and the predictions of
 * the test rows, each with fixed bins or values, and with a threshold from resampling its own units. Predictions of
 * train rows would be too good, since the model has learned these rows.
 */
export async function referenceProfile(session: SqlSession, input: ProfileInput): Promise<ReferenceProfile> {
  const { problem, inputs, drift, seed } = input;
  const train = { from: parquet(input.trainPath), unit: input.unit, drift, seed };
  const [found] = await session.rows(
    `select count(*) as total, count(distinct ${quoted(input.unit)}) as units from ${train.from}`,
  );
  const named = (columns: readonly SignatureInput[]) =>
    columns.map(({ name }) => ({ name, column: name, sql: quoted(name) }));
  const columns = new Map(
    [
      ...(await numericReferences(session, train, named(inputs.filter((one) => !isCategorical(one))))),
      ...(await categoricalReferences(session, train, named(inputs.filter(isCategorical)))),
    ].map((column) => [column.column, column]),
  );
  return {
    rows: Number(found?.['total']),
    units: Number(found?.['units']),
    columns: inputs.flatMap(({ name }) => columns.get(name) ?? []),
    score: await scoreReference(session, input),
    baseRate: await baseRateOf(session, train.from, problem),
    metrics: input.metrics,
  };
}

/** Reference of the prediction. It is numeric; with several classes it is the class of the highest probability. */
async function scoreReference(
  session: SqlSession,
  { scoresPath, problem, drift, seed }: ProfileInput,
): Promise<ReferenceColumn> {
  const scores = { from: parquet(scoresPath), unit: 'unit', drift, seed };
  const classes =
    problem.type === 'multiclass-classification' ? problemType(problem).columns(problem) : undefined;
  const texts = classes?.map(literal).join(', ') ?? '';
  const [score] = classes
    ? await categoricalReferences(session, scores, [
        {
          name: 'score',
          sql: `[${texts}][list_position(candidate_outputs, list_max(candidate_outputs))]`,
        },
      ])
    : await numericReferences(session, scores, [{ name: 'score', column: 'candidate' }]);
  if (!score) throw new Error('the scores have no profile');
  return score;
}
