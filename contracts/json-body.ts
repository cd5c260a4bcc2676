const BYTE_ORDER_MARK = /^\uFEFF/;

/** What a JSON parser says of a text that ends too early, in the words of each version of Node. */
const ENDS_EARLY = /end of JSON input|Unterminated string/;
const POSITION = /at position (\d+)/;
const TOKEN = /^Unexpected token '(.*?)', /su;

/** Why the parser did not read the text, in our words. */
function placeOf(message: string): string {
  if (ENDS_EARLY.test(message)) return 'it ends too early';
  const [, position] = POSITION.exec(message) ?? [];
  if (position !== undefined) return `its character ${Number(position) + 1} does not belong there`;
  const [, token] = TOKEN.exec(message) ?? [];
  return token === undefined
    ? 'it cannot be read'
    : `it has ${JSON.stringify(token)} where that does not belong`;
}

/** The name that Node's objects cannot hold as a plain field, because it would change what they are; undefined without one. */
function forbiddenName(parsed: unknown): string | undefined {
  const level: unknown[] = [parsed];
  for (let value = level.pop(); value !== undefined; value = level.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) return 'the name "__proto__" is not allowed';
    const made = Object.hasOwn(value, 'constructor') && (value as { constructor: unknown }).constructor;
    if (typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype'))
      return 'the name "prototype" is not allowed within "constructor"';
    for (const inner of Object.values(value) as unknown[]) level.push(inner);
  }
  return undefined;
}

/**
 * The reason why Fastify's parser refused a body. It says only that there is one, so this reads the body once more.
 *
 * @param notJson the words for a text that is not JSON, from the place where it breaks
 */
export function jsonFault(text: string, notJson: (place: string) => string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(BYTE_ORDER_MARK, ''));
  } catch (error) {
    return notJson(placeOf(error instanceof Error ? error.message : ''));
  }
  return forbiddenName(parsed) ?? notJson('it cannot be read');
}
