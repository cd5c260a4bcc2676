import type { JobChange, JobRow } from '../../ports/job-store.js';
import type { JobState } from '../../../contracts/training.js';

type Verdict = Pick<JobRow, 'class' | 'exitCode' | 'reason' | 'logTail' | 'spend'> &
  Pick<JobChange, 'estimated'>;

/** What can happen to an attempt. */
export type JobEvent =
  | { type: 'submit' }
  | { type: 'accepted'; nativeId: string; nativeUid: string | null; at: Date }
  | { type: 'started'; at: Date }
  | { type: 'cancel'; reason: string }
  | ({ type: 'succeeded'; result: NonNullable<JobRow['result']>; at: Date } & Verdict)
  | ({ type: 'failed' | 'cancelled' | 'lost'; at: Date } & Verdict);

const TERMINAL: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'lost'];
export const isTerminal = (state: JobState): boolean => TERMINAL.includes(state);

/**
 * The state after an event; undefined when the event changes nothing, because it came twice or too late.
 *
 * `lost` is a presumption: a result that turns up overturns it. Everything else that is over stays as it is.
 */
function nextState(state: JobState, event: JobEvent['type']): JobState | undefined {
  if (state === 'lost' && event === 'succeeded') return 'succeeded';
  if (isTerminal(state)) return undefined;
  switch (event) {
    case 'submit':
      return state === 'intended' ? 'submitting' : undefined;
    case 'accepted':
      // A job that was cancelled while it was being submitted still needs its native id to be stopped.
      return state === 'intended' || state === 'submitting'
        ? 'submitted'
        : state === 'cancelling'
          ? state
          : undefined;
    case 'started':
      return state === 'submitted' || state === 'submitting' ? 'running' : undefined;
    case 'cancel':
      return state === 'cancelling' ? undefined : 'cancelling';
    case 'succeeded':
      return state === 'intended' ? undefined : 'succeeded';
    case 'failed':
    case 'lost':
      return state === 'cancelling' ? 'cancelled' : event;
    case 'cancelled':
      return 'cancelled';
  }
}

/** What an event changes in a row; null when nothing. The one place that decides how an attempt moves. */
export function transition(row: Pick<JobRow, 'state' | 'nativeId'>, event: JobEvent): JobChange | null {
  const state = nextState(row.state, event.type);
  if (!state) return null;
  switch (event.type) {
    case 'submit':
      return { state };
    case 'accepted':
      if (state === 'cancelling' && row.nativeId !== null) return null;
      return { state, nativeId: event.nativeId, nativeUid: event.nativeUid, submittedAt: event.at };
    case 'started':
      return { state, startedAt: event.at };
    case 'cancel':
      return { state, reason: event.reason };
    default: {
      const { type, at, ...verdict } = event;
      const cancelled = type !== 'succeeded' && state === 'cancelled';
      return {
        ...verdict,
        state,
        endedAt: at,
        ...(cancelled && verdict.class !== 'timedOut' ? { class: 'cancelled' as const } : {}),
      };
    }
  }
}
