import type { Data } from './data.js';
import type { columns } from '../checks/columns.js';
import type { z } from 'zod';
import { sourceOf } from './default-source.js';
import type { OnFail } from '../checks/fields.js';

type ColumnType = z.output<typeof columns.form>['columns'][string];

/** A column that a check of kind `columns` declares. */
export interface DeclaredColumn {
  source: string;
  column: string;
  type: ColumnType;
  onFail: OnFail;
  /** Index of the check in data.checks. */
  index: number;
}

/** The columns that the checks declare, in their order. */
export const declaredColumns = ({ checks, sources }: Pick<Data, 'checks' | 'sources'>): DeclaredColumn[] =>
  checks.flatMap((check, index) =>
    'columns' in check
      ? Object.entries(check.columns).map(([column, type]) => ({
          source: sourceOf(check, sources),
          column,
          type,
          onFail: check.onFail,
          index,
        }))
      : [],
  );
