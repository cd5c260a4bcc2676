import type { JobChange } from '../../ports/job-store.js';
import type { JobRow } from '../../ports/job-row.js';
import { type JobState, isTerminal } from '../../../contracts/job-state.js';

type Ending = Pick<JobRow, 'class' | 'exitCode' | 'reason' | 'logTail' | 'spend'> &
  Pick<JobChange, 'estimated'>;

/** The events in the life of an attempt. */
export type JobEvent =
  | { type: 'submit' }
  | { type: 'accepted'; nativeId: string; nativeUid: string | null; at: Date }
  | { type: 'started'; at: Date }
  | { type: 'cancel'; reason: string }
  | ({ type: 'succeeded'; result: NonNullable<JobRow['result']>; at: Date } & Ending)
  | ({ type: 'failed' | 'cancelled' | 'lost'; at: Date } & Ending);

/**
 * The state after an event, or undefined if the event changes nothing because it is repeated or late. `lost` is
 * only presumed: a result that is found later replaces it. All other final states stay.
 */
function nextState(state: JobState, event: JobEvent['type']): JobState | undefined {
  if (state === 'lost' && event === 'succeeded') return 'succeeded';
  if (isTerminal(state)) return undefined;
  switch (event) {
    case 'submit':
      return state === 'intended' ? 'submitting' : undefined;
    case 'accepted':
      // A job that was cancelled during its submit still needs its native id, so that it can be stopped.
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

/**
 * The changes that an event makes to a row, or null if there are none. No other function decides about state
 * changes.
 */
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
