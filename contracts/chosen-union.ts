import { z } from 'zod';

type Options = readonly [z.ZodType, ...z.ZodType[]];

interface ChosenUnionDef extends z.core.$ZodUnionDef<Options> {
  /** Position of the one option that a value can fit; -1 when it can fit none. */
  choose: (value: unknown) => number;
}

/**
 * A union that tries the one option that a value can fit. Zod's own tries all of them and keeps every reason why each does
 * not fit, which costs a thousand times more for a wrong value and hides the reason that matters.
 */
const ChosenUnion = z.core.$constructor('ChosenUnion', (union: z.ZodUnion<Options>, def: ChosenUnionDef) => {
  z.ZodUnion.init(union, def);
  union._zod.parse = (payload, context) => {
    const option = def.options[def.choose(payload.value)];
    if (option) return option._zod.run(payload, context);
    payload.issues.push({ code: 'invalid_union', input: payload.value, inst: union, errors: [] });
    return payload;
  };
});

const chosenUnion = <const Of extends Options>(options: Of, choose: ChosenUnionDef['choose']) =>
  new ChosenUnion({ type: 'union', options, choose, inclusive: true }) as unknown as z.ZodUnion<Of>;

/** Objects that are told apart by a key: the form at a position is tried for a value with the key at that position. */
export const unionByKey = <const Forms extends Options>(keys: readonly string[], forms: Forms) =>
  chosenUnion(forms, (value) =>
    typeof value === 'object' && value !== null ? keys.findIndex((key) => key in value) : -1,
  );

/** Simple values that are told apart by their JavaScript type, e.g. `number` and `string`. */
export const unionByType = <const Forms extends Options>(types: readonly string[], forms: Forms) =>
  chosenUnion(forms, (value) => types.indexOf(typeof value));
