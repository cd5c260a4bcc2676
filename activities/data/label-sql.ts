import { type MulticlassProblem, hasNumberedClass } from '../../contracts/problem.js';
import type { Problem } from '../../contracts/problems/index.js';
import { isFloat32 } from '../drift/float32.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import { isString } from '../../contracts/sql-types.js';

/** How SQL reads the labels of a problem type. */
interface LabelSql<P extends Problem> {
  /** Column types that are allowed, for messages. */
  column: string;
  /** Remedy for a column of another type. */
  remedy: string;
  /** True if a column of this DuckDB type can hold the labels. */
  fits: (type: string) => boolean;
  /** SQL expression of the label as the split tables store it. Null for a missing or an invalid label. */
  encoded: (column: string, type: string, problem: P) => string;
  /** SQL condition of a label that is present and not allowed. */
  outside: (column: string, type: string, problem: P) => string;
  /** DuckDB type of the column `label` in the split tables. */
  stored: 'INTEGER' | 'DOUBLE';
}

const isWhole = (type: string): boolean => /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type);
const isNumber = (type: string): boolean =>
  isWhole(type) || /^(FLOAT|DOUBLE|DECIMAL(\(\d+,\d+\))?)$/.test(type);

/**
 * SQL expression of the index of a class. A text column holds the name of the class. A column of whole numbers holds its
 * index, unless classes are called by numbers: then it holds the name.
 */
const indexOfClass = (column: string, type: string, problem: MulticlassProblem): string =>
  isString(type) || hasNumberedClass(problem)
    ? `list_position([${problem.classes.map(literal).join(', ')}], ${column}::VARCHAR) - 1`
    : `CASE WHEN ${column} BETWEEN 0 AND ${problem.classes.length - 1} THEN ${column} END`;

const LABELS: { [Type in Problem['type']]: LabelSql<Extract<Problem, { type: Type }>> } = {
  'binary-classification': {
    column: 'a number or a BOOLEAN',
    remedy:
      'Give 0 or 1. A CSV column with a single text is text in all rows: declare its type in a check of kind columns, which names that row.',
    fits: (type) => isNumber(type) || type === 'BOOLEAN',
    encoded: (column) => `CASE WHEN ${column}::DOUBLE IN (0, 1) THEN ${column}::DOUBLE END`,
    outside: (column) => `${column}::DOUBLE NOT IN (0, 1)`,
    stored: 'INTEGER',
  },
  'multiclass-classification': {
    column: 'a VARCHAR or an INTEGER',
    remedy: 'Give the text or the index of a class.',
    fits: (type) => (isString(type) && !type.endsWith(']')) || isWhole(type),
    encoded: indexOfClass,
    outside: (column, type, problem) =>
      `${column} IS NOT NULL AND (${indexOfClass(column, type, problem)}) IS NULL`,
    stored: 'INTEGER',
  },
  regression: {
    column: 'a number',
    remedy:
      'Cast it to DOUBLE. A CSV column with a single text is text in all rows: declare its type in a check of kind columns, which names that row.',
    fits: isNumber,
    encoded: (column) => `CASE WHEN ${isFloat32(`${column}::DOUBLE`)} THEN ${column}::DOUBLE END`,
    outside: (column) => `NOT ${isFloat32(`${column}::DOUBLE`)}`,
    stored: 'DOUBLE',
  },
};

/** SQL for the labels of one problem. It reads the label column of the table with alias `s`. */
export interface Labels {
  fits: boolean;
  /** Types that the column may have, for messages. */
  column: string;
  /** Remedy for a column of another type. */
  remedy: string;
  encoded: string;
  outside: string;
}

/** @param type DuckDB type of the label column; undefined when the table has no such column */
export function labelsOf<P extends Problem>(problem: P, name: string, type: string | undefined): Labels {
  // The entry is chosen by the problem's type, so it accepts the problem. The compiler cannot see that.
  const sql = LABELS[problem.type] as unknown as LabelSql<P>;
  const label = `s.${quoted(name)}`;
  return {
    fits: sql.fits(type ?? ''),
    column: sql.column,
    remedy: sql.remedy,
    encoded: `(${sql.encoded(label, type ?? '', problem)})::${sql.stored}`,
    outside: sql.outside(label, type ?? '', problem),
  };
}
