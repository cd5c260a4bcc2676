import type { z } from 'zod';
import type { ProblemName } from '../problem.js';
import type { OnFail } from './fields.js';
import type { RowRule } from './row-rule.js';

/** A fault of the model file that its schema cannot detect. */
export interface SpecFault {
  /** Path of the field: within the check, if a check has the fault, otherwise within the model file. */
  path: readonly (string | number)[];
  message: string;
  remedy: string;
}

/** The outcome of a check that looks at more than single rows. */
export interface Outcome {
  /** Name of the check in reports, e.g. `rows(flights)`. */
  check: string;
  ok: boolean;
  /** One sentence with figures: the finding, the allowed values, the remedy. */
  message: string;
  /** Number of failing rows. Default: 0. */
  failing?: number;
  /** Consequence of a failure. Default: the `onFail` of the check. */
  onFail?: OnFail;
}

/** The columns of one source. */
export interface SourceColumns {
  source: string;
  /** DuckDB type of each column. */
  types: Record<string, string>;
}

/** DuckDB type of each column of each source. A source or column that is not listed has an unknown type. */
export type SourceTypes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The figures of one source as a whole. */
export interface SourceFigures {
  source: string;
  rows: number;
  /** Newest event time in ms; null if the source has no time column. */
  newestMs: number | null;
  /** The lifecycle's asOf, RFC 3339. */
  asOf: string;
}

/** How well one feature alone predicts the label. */
export interface FeatureStrength {
  feature: string;
  /** 0.5 (not at all) to 1 (completely); null if the feature is constant or empty. */
  strength: number | null;
}

/** The figures of labels and features together. */
export interface FeatureFigures {
  /** Number of rows with a label. */
  labelled: number;
  /** Share of labels that are 1; NaN for other problem types than binary classification. */
  positiveShare: number;
  strengths: FeatureStrength[];
  /** Name of the measure of strength, e.g. `AUC`. */
  measure: string;
}

/** The parts that all checks have. */
interface Described<Name extends string, Form extends z.ZodObject> {
  /** The key by which a model file chooses the check. */
  name: Name;
  /** Subject of the check in one sentence, for the documentation. */
  summary: string;
  /** The condition under which the check passes, in one sentence. */
  rule: string;
  /** Schema of the check in the model file. It is strict, with the key `name` and the field `onFail`. */
  form: Form;
  /** Problem types that the check applies to. Default: all. */
  problems?: readonly ProblemName[];
  /** Faults of a check in the model file that its schema cannot detect. `sources` are the declared ones. */
  faults?(check: z.output<Form>, sources: readonly string[]): SpecFault[];
  /** Columns that the check declares. A fault of the engine's own checks in such a column stops the lifecycle. */
  declares?(check: z.output<Form>): string[];
  /** Columns whose nulls the check judges. The engine's own check skips them. */
  judgesNulls?(check: z.output<Form>): string[];
}

/** A check of single rows of a source. SQL finds the failing rows, so that they can be counted, shown and set aside. */
export interface RowKind<Name extends string, Form extends z.ZodObject> extends Described<Name, Form> {
  scope: 'row';
  /** The rules of one check, for example one for each column. Their SQL depends on the types of the columns. */
  rules(check: z.output<Form>, source: string, types: SourceTypes): RowRule[];
}

/** A check of the columns of a source. It does not read rows. */
export interface TableKind<Name extends string, Form extends z.ZodObject> extends Described<Name, Form> {
  scope: 'table';
  outcomes(check: z.output<Form>, columns: SourceColumns): Outcome[];
}

/** A check of a source as a whole. */
export interface SourceKind<Name extends string, Form extends z.ZodObject> extends Described<Name, Form> {
  scope: 'source';
  outcomes(check: z.output<Form>, figures: SourceFigures): Outcome[];
}

/** A check of labels and features. */
export interface FeatureKind<Name extends string, Form extends z.ZodObject> extends Described<Name, Form> {
  scope: 'feature';
  outcomes(check: z.output<Form>, figures: FeatureFigures): Outcome[];
  /** The check that the engine adds if the model file has none of this kind. Default: none is added. */
  unlessDeclared?: z.output<Form>;
}

export type CheckDefinition<Name extends string = string, Form extends z.ZodObject = z.ZodObject> =
  RowKind<Name, Form> | TableKind<Name, Form> | SourceKind<Name, Form> | FeatureKind<Name, Form>;

/** Declares a kind of check. `npm run generate` finds modules by this call and lists them in `index.ts`. */
export const defineCheck = <
  const Name extends string,
  Form extends z.ZodObject,
  Kind extends CheckDefinition<Name, Form>,
>(
  kind: Kind & { name: Name; form: Form },
): Kind & { name: Name; form: Form } => kind;
