import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobRow } from '../../../../activities/ports/job-row.js';
import { type JobEvent, transition } from '../../../../activities/training/policy/job-transitions.js';
import { isTerminal } from '../../../../contracts/job-state.js';
import type { JobState } from '../../../../contracts/job-state.js';
import { anArtifact } from '../../../support/fixtures.js';

type Row = Pick<JobRow, 'state' | 'nativeId' | 'class' | 'reason' | 'endedAt'>;
const intended: Row = { state: 'intended', nativeId: null, class: null, reason: null, endedAt: null };

const at = new Date(0);
const verdict = {
  class: 'infrastructure',
  exitCode: null,
  reason: 'gone',
  logTail: null,
  spend: null,
} as const;
const result = { metrics: {}, model: anArtifact('model') };
const events: Record<JobEvent['type'], JobEvent> = {
  submit: { type: 'submit' },
  accepted: { type: 'accepted', nativeId: '7', nativeUid: null, at },
  started: { type: 'started', at },
  cancel: { type: 'cancel', reason: 'why' },
  succeeded: { type: 'succeeded', result, ...verdict, class: 'succeeded', at },
  failed: { type: 'failed', ...verdict, at },
  cancelled: { type: 'cancelled', ...verdict, class: 'cancelled', at },
  lost: { type: 'lost', ...verdict, class: 'lost', at },
};
const anyEvents = fc.array(fc.constantFrom(...Object.values(events)), { maxLength: 12 });

const after = (row: Row, event: JobEvent): Row => ({ ...row, ...transition(row, event) });
const run = (history: JobEvent[]): Row => history.reduce(after, intended);

/** Order of the states. The state of an attempt never goes back. */
const RANK: Record<JobState, number> = {
  intended: 0,
  submitting: 1,
  submitted: 2,
  running: 3,
  cancelling: 4,
  lost: 5,
  failed: 6,
  cancelled: 6,
  succeeded: 7,
};

describe('the state machine of an attempt', () => {
  it('goes from intended to succeeded', () => {
    const { submit, accepted, started, succeeded } = events;
    const states = [submit, accepted, started, succeeded].map((_, i, all) => run(all.slice(0, i + 1)).state);
    expect(states).toEqual(['submitting', 'submitted', 'running', 'succeeded']);
  });

  it('never goes back, for any events in any order', () => {
    fc.assert(
      fc.property(anyEvents, (history) => {
        let row = intended;
        for (const event of history) {
          const next = after(row, event);
          expect(RANK[next.state]).toBeGreaterThanOrEqual(RANK[row.state]);
          row = next;
        }
      }),
    );
  });

  it('never changes a final state, except that a result replaces “lost”', () => {
    fc.assert(
      fc.property(anyEvents, fc.constantFrom(...Object.values(events)), (history, event) => {
        const row = run(history);
        fc.pre(isTerminal(row.state));
        const overturned = row.state === 'lost' && event.type === 'succeeded';
        expect(transition(row, event) === null).toBe(!overturned);
      }),
    );
  });

  it('changes nothing when an event is delivered twice', () => {
    fc.assert(
      fc.property(anyEvents, fc.constantFrom(...Object.values(events)), (history, event) => {
        const once = run([...history, event]);
        expect(transition(once, event)).toBeNull();
      }),
    );
  });

  it('ends a cancel in cancelled, or in the result that came first', () => {
    fc.assert(
      fc.property(anyEvents, anyEvents, (before, behind) => {
        fc.pre(!isTerminal(run(before).state));
        const row = run([...before, events.cancel, ...behind]);
        expect(['cancelling', 'cancelled', 'succeeded']).toContain(row.state);
      }),
    );
  });

  it('keeps the native id of a job that was cancelled while it was submitted', () => {
    const row = run([events.submit, events.cancel, events.accepted]);
    expect(row).toMatchObject({ state: 'cancelling', nativeId: '7' });
  });

  it('says when it ended exactly if it is over', () => {
    fc.assert(
      fc.property(anyEvents, (history) => {
        const row = run(history);
        expect(row.endedAt !== null).toBe(isTerminal(row.state));
      }),
    );
  });
});
