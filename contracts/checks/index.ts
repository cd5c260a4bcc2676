// Made by `npm run generate` from the modules of this folder that call defineCheck. Do not edit it by hand.
import { columns } from './columns.js';
import { determines } from './determines.js';
import { fresh } from './fresh.js';
import { labelRate } from './label-rate.js';
import { leakage } from './leakage.js';
import { notNull } from './not-null.js';
import { oneOf } from './one-of.js';
import { pattern } from './pattern.js';
import { range } from './range.js';
import { references } from './references.js';
import { rows } from './rows.js';
import { unique } from './unique.js';

/** Every kind by its name. */
export const CHECKS = {
  columns,
  determines,
  fresh,
  labelRate,
  leakage,
  notNull,
  oneOf,
  pattern,
  range,
  references,
  rows,
  unique,
} as const;
export type CheckKind = keyof typeof CHECKS;

/** The names of all kinds. */
export const CHECK_KINDS = [
  'columns',
  'determines',
  'fresh',
  'labelRate',
  'leakage',
  'notNull',
  'oneOf',
  'pattern',
  'range',
  'references',
  'rows',
  'unique',
] as const;

/** The schema of every kind, in the order of the names. */
export const CHECK_FORMS = [
  columns.form,
  determines.form,
  fresh.form,
  labelRate.form,
  leakage.form,
  notNull.form,
  oneOf.form,
  pattern.form,
  range.form,
  references.form,
  rows.form,
  unique.form,
] as const;
