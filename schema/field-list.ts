import { type Field, allFields } from '../client/spec/explain.js';
import { descriptionAt, keysAt, modelJsonSchema } from '../client/spec/schema.js';
import { item, wrap } from './wrap.js';

function line({ path, type, required, default: value, description }: Field): string {
  const presence = value !== undefined ? `default \`${JSON.stringify(value)}\`` : required ? 'required' : 'optional';
  return item(`\`${path}\` – ${type}, ${presence}. ${description}`);
}

/** Every field of the model file as Markdown, a list for each key at the top. */
export function fieldList(): string {
  const schema = modelJsonSchema();
  const fields = allFields();
  return keysAt(schema, [])
    .map((key) => {
      const own = fields.filter(({ path }) => path.startsWith(`${key}.`) || path.startsWith(`${key}[`));
      const self = fields.filter(({ path }) => path === key);
      const meaning = descriptionAt(schema, [key]) ?? '';
      // The heading's sentence is the meaning of the key itself.
      const list = own.length > 0 ? own : self;
      return [`### \`${key}\``, '', wrap(meaning), '', ...list.map(line)].join('\n');
    })
    .join('\n\n');
}
