import { z } from 'zod';
import { Role } from './charter.js';
import { Duration } from './units.js';

export const ApprovalSpec = z.strictObject({
  quorum: z
    .partialRecord(Role, z.int().positive())
    .refine((quorum) => Object.keys(quorum).length > 0, 'needs at least one role')
    .describe('Role → number of approving votes that are needed.'),
  separation: z.boolean().default(true).describe('Nobody approves what they started.'),
  expires: Duration.default('7d').describe('Without a decision by then nothing is released.'),
});
export type ApprovalSpec = z.infer<typeof ApprovalSpec>;
