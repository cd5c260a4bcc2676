import { z } from 'zod';

type Payload = z.core.ParsePayload;
type Context = z.core.ParseContextInternal;
interface Bounded {
  /** Entries at most. */
  most: number;
}

/** The check of a collection ends at so many issues: whoever has more of them has made one mistake in all. */
const MAX_ISSUES = 20;

/** Entries of a map that are checked together. */
const MAP_PART = 100;

function once(result: z.core.util.MaybeAsync<Payload>): Payload {
  if (result instanceof Promise) throw new z.core.$ZodAsyncError();
  return result;
}

const allowed = (most: number): string => `at most ${most} entries`;

const BoundedList = z.core.$constructor(
  'BoundedList',
  (list: z.ZodArray, def: z.core.$ZodArrayDef & Bounded) => {
    z.ZodArray.init(list, def);
    const whole = list._zod.parse.bind(list._zod);
    list._zod.parse = (payload: Payload, context: Context) => {
      const input = payload.value;
      if (!Array.isArray(input)) return whole(payload, context);
      // The check for `max` reports it.
      if (input.length > def.most) return payload;
      const output: unknown[] = [];
      for (const [at, value] of (input as unknown[]).entries()) {
        const { value: entry, issues } = once(def.element._zod.run({ value, issues: [] }, context));
        output.push(entry);
        if (issues.length === 0) continue;
        payload.issues.push(...z.core.util.prefixIssues(at, issues));
        if (payload.issues.length >= MAX_ISSUES) break;
      }
      payload.value = output;
      return payload;
    };
  },
);

const BoundedMap = z.core.$constructor(
  'BoundedMap',
  (map: z.ZodRecord, def: z.core.$ZodRecordDef & Bounded) => {
    z.ZodRecord.init(map, def);
    const whole = map._zod.parse.bind(map._zod);
    map._zod.parse = (payload: Payload, context: Context) => {
      const input = payload.value;
      if (typeof input !== 'object' || input === null || Array.isArray(input)) return whole(payload, context);
      const entries = Object.entries(input);
      if (entries.length > def.most) {
        payload.issues.push({ code: 'custom', message: allowed(def.most), input });
        return payload;
      }
      const output = {};
      for (let from = 0; from < entries.length; from += MAP_PART) {
        const value = Object.fromEntries(entries.slice(from, from + MAP_PART));
        const part = once(whole({ value, issues: [] }, context));
        Object.assign(output, part.value);
        payload.issues.push(...part.issues);
        if (payload.issues.length >= MAX_ISSUES) break;
      }
      payload.value = output;
      return payload;
    };
  },
);

const withBound = (about: string, most: number): string => `${about} At most ${most}.`;

/**
 * A list of `least` (default 0) to `most` entries; the description says so. Its size is checked before its entries, and the
 * check ends after 20 issues: each of them costs time and a message.
 */
export const listOf = <Item extends z.ZodType>(item: Item, most: number, about: string, least = 0) =>
  (new BoundedList({ type: 'array', element: item, most }) as unknown as z.ZodArray<Item>)
    .min(least)
    .max(most, allowed(most))
    .describe(withBound(about, most));

/** A map of at most `most` entries, checked like a list. */
export const mapOf = <Key extends z.ZodString, Value extends z.ZodType>(
  key: Key,
  value: Value,
  most: number,
  about: string,
) =>
  (
    new BoundedMap({ type: 'record', keyType: key, valueType: value, most }) as unknown as z.ZodRecord<
      Key,
      Value
    >
  ).meta({ maxProperties: most, description: withBound(about, most) });
