import { z } from 'zod';
import { Role } from './charter.js';
import { PositiveDuration } from '../primitives/duration.js';

export const ApprovalSpec = z.strictObject({
  quorum: z
    .partialRecord(Role, z.int().positive().max(1_000))
    .refine((quorum) => Object.keys(quorum).length > 0, 'needs at least one role')
    .describe('Role → number of approving votes that are needed.'),
  separation: z.boolean().default(true).describe('True: the person who starts a lifecycle has no vote.'),
  expires: PositiveDuration.default('7d').describe(
    'Time until an approval without a decision expires; then the version is not released.',
  ),
});
export type ApprovalSpec = z.infer<typeof ApprovalSpec>;
