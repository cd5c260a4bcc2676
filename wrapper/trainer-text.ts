import { badLine } from '../contracts/primitives/text.js';

const NAME_CHARS = 200;

/** True for a name of a metric that every store takes: 1–200 characters, none of them a control character. */
export const isName = (text: string): boolean =>
  text.length > 0 && text.length <= NAME_CHARS && badLine(text) === undefined;

/** Text of a trainer for people: without control characters other than newline and tab. */
export const cleanText = (text: string): string =>
  text.replaceAll(/(?![\n\t])\p{Cc}/gu, '').replaceAll(/\p{Cs}/gu, '\ufffd');
