import type { z } from 'zod';
import { unionByKey } from '../chosen-union.js';
import { CHECK_FORMS, CHECK_KINDS } from './index.js';

/** One check of the validation pass. A check without a source means the only one, else the only one with a time column. */
export const DataCheck = unionByKey(CHECK_KINDS, CHECK_FORMS);
export type DataCheck = z.infer<typeof DataCheck>;
