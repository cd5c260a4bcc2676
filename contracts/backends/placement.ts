import type { z } from 'zod';
import { BACKENDS, BACKEND_NAMES, type BackendName } from './index.js';

type FormOf<Name extends BackendName> = (typeof BACKENDS)[Name]['form'];
type PlacementShape = {
  [Name in BackendName as FormOf<Name> extends z.ZodType ? Name : never]: z.ZodOptional<
    Extract<FormOf<Name>, z.ZodType>
  >;
};

/** The part of `training.placement` of every backend that has options. */
export const placementShape = Object.fromEntries(
  BACKEND_NAMES.flatMap((name) => {
    const { form } = BACKENDS[name];
    return form === undefined ? [] : [[name, form.optional()]];
  }),
) as PlacementShape;
