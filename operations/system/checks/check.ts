import { z } from 'zod';
import { MainspringError } from '../../errors.js';
import type { Services } from '../../ports/services.js';

export const DoctorCheck = z.strictObject({
  what: z.string(),
  verdict: z.enum(['ok', 'warn', 'fail']),
  detail: z.string(),
  /** Empty if nothing is wrong. */
  remedy: z.string(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

export type Finding = Omit<DoctorCheck, 'what'>;

/** One thing that `doctor` looks at. It changes nothing. An error that it throws becomes a failed finding. */
export interface Check {
  what: string;
  /** True for a check that reads much and runs only when it is asked for. Default: false. */
  isDeep?: boolean;
  look: (services: Services) => Promise<Finding>;
}

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail, remedy: '' });

export async function run({ what, look }: Check, services: Services): Promise<DoctorCheck> {
  try {
    return { what, ...(await look(services)) };
  } catch (error) {
    return {
      what,
      verdict: 'fail',
      detail: error instanceof Error ? error.message : String(error),
      remedy: error instanceof MainspringError ? error.remedy : '',
    };
  }
}
