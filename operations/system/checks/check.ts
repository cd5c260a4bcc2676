import pTimeout from 'p-timeout';
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

/** Longest time of a check. A server that is silent fails most checks earlier, with its name. */
const LIMIT_MS = 12_000;
/** Longest time of a deep check, which reads much. */
const DEEP_LIMIT_MS = 600_000;

const REMEDY =
  'A process that is stopped or overloaded accepts connections and stays silent: look into the server that the other ' +
  'findings name, and restart it.';

/**
 * One thing that `doctor` looks at. It changes nothing. An error that it throws, or no answer in time, becomes a failed finding.
 */
export interface Check {
  what: string;
  /** True for a check that reads much and runs only when it is asked for. Default: false. */
  isDeep?: boolean;
  look: (services: Services) => Promise<Finding>;
}

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail, remedy: '' });

export async function run(
  { what, look, isDeep }: Check,
  services: Services,
  limitMs = isDeep === true ? DEEP_LIMIT_MS : LIMIT_MS,
): Promise<DoctorCheck> {
  const late = new MainspringError('unreachable', `does not answer within ${limitMs / 1_000} s`, REMEDY);
  try {
    return { what, ...(await pTimeout(look(services), { milliseconds: limitMs, message: late })) };
  } catch (error) {
    return {
      what,
      verdict: 'fail',
      detail: error instanceof Error ? error.message : String(error),
      remedy: error instanceof MainspringError ? error.remedy : '',
    };
  }
}
