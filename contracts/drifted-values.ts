import { percent } from './figures.js';
import type { DriftedValues } from './monitor.js';

/** Values that one sentence names; further ones are counted. */
const NAMED = 3;
const MAX_VALUE_CHARS = 40;

const shown = (value: string): string =>
  JSON.stringify(value.length <= MAX_VALUE_CHARS ? value : `${value.slice(0, MAX_VALUE_CHARS - 1)}…`);

function list(kind: string, values: DriftedValues['new'], of: string): string[] {
  if (values.length === 0) return [];
  const named = values.slice(0, NAMED).map(({ value, share }) => `${shown(value)} in ${percent(share)}`);
  const more = values.length > NAMED ? ` and ${values.length - NAMED} more` : '';
  return [`${kind} value${values.length === 1 ? '' : 's'} ${named.join(', ')} of ${of}${more}`];
}

/** Values of a column that came or went, e.g. `new value "XYZ" in 12 % of rows`. Empty when there are none. */
export const driftedValuesText = (values: DriftedValues | undefined): string =>
  [
    ...list('new', values?.new ?? [], 'rows'),
    ...list('vanished', values?.vanished ?? [], 'the reference'),
  ].join('; ');
