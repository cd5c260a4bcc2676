import { FailureType, fail } from '../../contracts/failures.js';
import type { Problem } from '../../contracts/problems/index.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { parquet } from './parquet-sql.js';

/** Parts from which a model learns; the others judge it. */
const LEARNT = ['train', 'search'];

/** The label as the spec calls it. */
const nameOf = (problem: Problem, label: number): string =>
  problem.type === 'multiclass-classification' ? (problem.classes[label] ?? String(label)) : String(label);

/**
 * Checks that the labels of a part differ. A model learns nothing from equal labels, and measures such as the area under
 * the ROC curve need rows of two classes. A regression may be judged on equal labels.
 *
 * @param path Parquet file of the part
 * @throws ApplicationFailure `DataRejected`
 */
export async function assertVaried(
  session: SqlSession,
  { part, path, field }: { part: string; path: string; field: string },
  problem: Problem,
): Promise<void> {
  if (problem.type === 'regression' && !LEARNT.includes(part)) return;
  const [found] = await session.rows(
    `SELECT count(*) AS rows, min(label) AS first, max(label) AS last FROM ${parquet(path)}`,
  );
  if (found?.['first'] !== found?.['last']) return;
  const label = nameOf(problem, Number(found?.['first']));
  throw fail(
    FailureType.DataRejected,
    `all ${String(found?.['rows'])} rows of ${part} have the label ${label}, and ${
      LEARNT.includes(part) ? 'nothing can be learnt from' : 'no model can be judged by'
    } equal labels`,
    {
      remedy: `Look at the label in features.sql. If it is right, lengthen ${field}, or choose another --as-of, so that there are rows with different labels.`,
    },
  );
}
