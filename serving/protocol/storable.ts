import { badLine, badText } from '../../contracts/primitives/text.js';

/** True when a text can be an id. The database refuses NUL, and readers of the request log half of a surrogate pair. */
export const isIdText = (text: string): boolean => badLine(text) === undefined;

/** True when a text can be a feature's value: it may have line breaks of any system. */
export const isFeatureText = (text: string): boolean => badText(text.replaceAll('\r', '')) === undefined;
