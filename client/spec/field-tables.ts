import { type Field, allFields } from './explain.js';
import { descriptionAt, keysAt, modelJsonSchema } from './schema.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function row({ path, type, required, default: value, description }: Field): string {
  const shown = value === undefined ? (required ? 'required' : '–') : `\`${JSON.stringify(value)}\``;
  return `| \`${path}\` | ${cell(type)} | ${shown} | ${cell(description)} |`;
}

/** Every field of the model file as Markdown, a table for each key at the top. */
export function fieldTables(): string {
  const schema = modelJsonSchema();
  const fields = allFields();
  return keysAt(schema, [])
    .map((key) => {
      const own = fields.filter(
        ({ path }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`),
      );
      return [
        `### \`${key}\``,
        '',
        descriptionAt(schema, [key]) ?? '',
        '',
        '| field | value | default | meaning |',
        '|---|---|---|---|',
        ...own.map(row),
      ].join('\n');
    })
    .join('\n\n');
}
