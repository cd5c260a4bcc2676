import { MAX_FEATURE_TEXT } from '../../contracts/feature-text.js';
import { badLine, badText } from '../../contracts/primitives/text.js';

/** True when a text can be an id. The database refuses NUL, and readers of the request log half of a surrogate pair. */
export const isIdText = (text: string): boolean => badLine(text) === undefined;

/** True when a text can be a feature's value: it may have line breaks of any system. */
export const isFeatureText = (text: string): boolean => badText(text.replaceAll('\r', '')) === undefined;

/** Characters of a text. One beyond the first plane of Unicode, such as an emoji, is one, as in the checks of training data. */
export function charactersIn(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

/** True when a text has more characters than a feature may have. */
export const isTooLong = (text: string): boolean =>
  text.length > MAX_FEATURE_TEXT && charactersIn(text) > MAX_FEATURE_TEXT;
