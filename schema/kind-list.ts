import { z } from 'zod';
import { item, wrap } from './wrap.js';

/** The properties of a kind that its page shows. */
export interface DocumentedKind {
  name: string;
  /** Its subject in one sentence; metrics have a `label` instead. */
  summary?: string;
  label?: string;
  /** The rule or formula in words; metrics have an `explanation`. */
  rule?: string;
  explanation?: string;
  /** Schema of its form in the model file. */
  form?: z.ZodType;
  /** Problem types that it applies to; left out: to all. */
  problems?: readonly string[];
  /** Job backends: the variable that connects an installation to it. */
  connect?: string;
  /** Subjects of approvals: the evidence that the approver sees, and the people who decide. */
  shows?: string;
  decided?: string;
}

/** Fields of a form that most kinds share; the page explains them once. */
const SHARED = ['name', 'metric', 'source', 'onFail', 'allow'];

/** Summaries of metrics and gates begin small, and end without a full stop. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.)?]$/.test(text) ? '' : '.'}`;

interface Schema {
  properties?: Record<string, Schema>;
  default?: unknown;
  description?: string;
}

/** Options of a kind: the fields of its form and, for the field named as the kind, the fields within. */
function optionsOf({ name, form }: DocumentedKind): string[] {
  if (form === undefined) return [];
  const { properties = {} } = z.toJSONSchema(form, { io: 'input' }) as Schema;
  const own = Object.entries(properties[name]?.properties ?? {});
  const beside = Object.entries(properties).filter(([key]) => !SHARED.includes(key));
  const shown = own.length > 0 ? [...own, ...beside.filter(([key]) => key !== name)] : beside;
  return shown.map(([key, { description }]) => `\`${key}\`${description === undefined ? '' : `: ${description}`}`);
}

/** The facts that the kinds of a folder have in common. */
function factsOf({ connect, shows, decided, problems, rule, explanation }: DocumentedKind): string[] {
  if (shows !== undefined) return [`Shown: ${shows}`, `Decided by: ${decided ?? ''}`];
  const formula = `${explanation === undefined ? 'Rule' : 'Formula'}: ${rule ?? explanation ?? ''}`;
  if (connect !== undefined) return [`To connect: ${connect}`, formula];
  return [`Problem types: ${problems?.join(', ') ?? 'all'}`, formula];
}

/** A Markdown section for each kind. */
export const kindList = (kinds: readonly DocumentedKind[]): string =>
  kinds
    .map((kind) =>
      [
        `### \`${kind.name}\``,
        '',
        wrap(sentence(kind.summary ?? kind.label ?? '')),
        '',
        ...factsOf(kind).map((fact) => item(fact)),
        ...optionsOf(kind).map((option) => item(option)),
      ].join('\n'),
    )
    .join('\n\n');

const MARKER = '<!-- kinds -->';

/** The page with a new list; what people wrote before the marker stays. */
export function kindPage(title: string, page: string | undefined, kinds: readonly DocumentedKind[]): string {
  const [before = ''] = (page ?? `# ${title}\n\n`).split(MARKER);
  return `${before}${MARKER}\n\n${kindList(kinds)}\n`;
}
