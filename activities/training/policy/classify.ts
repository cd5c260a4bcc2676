import { ExitCode } from '../../../contracts/exit-code.js';
import type { JobClass } from '../../../contracts/training.js';
import type { StatusAnswer } from '../../ports/job-backend.js';
import type { Ended } from '../../ports/exit-record.js';

/**
 * HUP, INT, KILL and TERM come from outside. A crash signal (SEGV, ABRT, BUS, FPE, ILL) is the trainer's own error.
 */
const OUTSIDE_SIGNALS = [1, 2, 9, 15];

function byExitCode(code: number | null): JobClass {
  if (code === null) return 'infrastructure';
  if (code === ExitCode.ok) return 'contract';
  if (code === ExitCode.infrastructure || code === ExitCode.fenced) return 'infrastructure';
  if (code === ExitCode.preempted) return 'preempted';
  if (code > 128) return OUTSIDE_SIGNALS.includes(code - 128) ? 'infrastructure' : 'user';
  return 'user';
}

const REASON: Partial<Record<JobClass, string>> = {
  infrastructure: 'its process was killed, or its machine failed',
  preempted: 'it was pre-empted',
  contract: 'it ended with exit code 0 without a valid result',
  timedOut: 'it did not end by its deadline',
  lost: 'its backend does not know it any more, and it sends no sign of life',
  cancelled: 'it was cancelled',
};

/**
 * The failure class of an attempt without a result, from the backend's reason if there is one, else from the exit
 * code.
 *
 * @param status the backend's answer; undefined if it has none
 * @param ended the wrapper's last beat, if it wrote one
 */
export function classify(
  end: 'ended' | 'lost' | 'overdue',
  status: StatusAnswer | undefined,
  ended: Ended | undefined,
): { class: JobClass; exitCode: number | null; reason: string } {
  const native = status?.kind === 'ended' ? status : undefined;
  const exitCode = native?.exitCode ?? ended?.code ?? null;
  const verdict = ((): JobClass => {
    if (end === 'overdue' || ended?.cause === 'deadline') return 'timedOut';
    if (end === 'lost') return 'lost';
    if (native?.class) return native.class;
    return ended?.cause === 'outOfMemory' ? 'outOfMemory' : byExitCode(exitCode);
  })();
  const reason = ended?.reason || native?.reason || REASON[verdict] || `exit code ${exitCode ?? 'unknown'}`;
  return { class: verdict, exitCode, reason };
}
