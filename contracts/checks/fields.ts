import { z } from 'zod';
import { Fraction } from '../primitives/share.js';
import { Identifier } from '../units.js';

/** Fields that most checks have. */

export const source = Identifier.optional().describe('The source that is checked.');

export const allow = Fraction.default(0).describe('Share of failing rows that is still fine, per column.');

export const onFail = z
  .enum(['stop', 'warn', 'quarantine'])
  .default('stop')
  .describe('stop ends the lifecycle; warn reports; quarantine sets the failing rows aside.');
export type OnFail = z.output<typeof onFail>;
