import { z } from 'zod';
import { mapOf } from '../bounded.js';
import { isNumeric, isString, isTemporal, isWhole } from '../sql-types.js';
import { ColumnName } from '../units.js';
import { defineCheck } from './define-check.js';
import { onFail, source } from './fields.js';
import { count } from './words.js';
import { missingColumn } from './missing-column.js';

/** Column types of the model file. Each stands for several DuckDB types. */
const ColumnType = z.enum(['timestamp', 'date', 'int', 'float', 'string', 'boolean']);

type ColumnType = z.infer<typeof ColumnType>;

/** True if a DuckDB type is of the declared class. */
export const isOfType = (wanted: ColumnType, type: string): boolean => TYPES[wanted](type);

const TYPES: Record<ColumnType, (type: string) => boolean> = {
  timestamp: (type) => isTemporal(type) && type !== 'DATE',
  date: (type) => type === 'DATE',
  int: isWhole,
  // An integer column may be declared as float.
  float: isNumeric,
  string: isString,
  boolean: (type) => type === 'BOOLEAN',
};

/** Undeclared columns that are warned of one by one. More of them are one warning. */
const SHOWN = 20;

export const columns = defineCheck({
  name: 'columns',
  scope: 'table',
  summary: 'Columns that must be there, with their type.',
  rule: 'Every declared column exists and has the declared type; a column that is not declared is a warning.',
  form: z.strictObject({
    columns: mapOf(ColumnName, ColumnType, 5_000, 'Columns that must be there, with their type.'),
    source,
    onFail,
  }),
  faults: ({ columns: declared }) =>
    Object.keys(declared).length > 0
      ? []
      : [
          {
            path: ['columns'],
            message: 'declares no column',
            remedy: 'Name at least one with its type, e.g. flight: int, or take the check out.',
          },
        ],
  declares: ({ columns: declared }) => Object.keys(declared),
  outcomes: ({ columns: declared }, { source: of, types }) => {
    const existing = Object.keys(types);
    const named = (name: string): string => `column(${of}.${name})`;
    const missingOrTyped = Object.entries(declared).map(([name, wanted]) => {
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      if (type === undefined)
        return { check: named(name), ok: false, message: missingColumn(of, name, existing) };
      const ok = isOfType(wanted, type);
      const message = ok
        ? `${type}, as declared`
        : `column "${name}" of source ${of} is ${type}, declared ${wanted}: deliver it as ${wanted}, or correct the declaration`;
      return { check: named(name), ok, message };
    });
    const others = existing.filter((name) => !Object.hasOwn(declared, name));
    if (others.length > SHOWN)
      return [
        ...missingOrTyped,
        {
          check: `columns(${of})`,
          ok: false,
          message: `source ${of} has ${count(others.length)} columns that data.checks does not declare: ${others.slice(0, SHOWN).join(', ')} …`,
          onFail: 'warn' as const,
        },
      ];
    const undeclared = others.map((name) => ({
      check: named(name),
      ok: false,
      message: `source ${of} has a column "${name}" that data.checks does not declare`,
      onFail: 'warn' as const,
    }));
    return [...missingOrTyped, ...undeclared];
  },
});
