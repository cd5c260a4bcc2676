import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunId } from '../../../../contracts/ids.js';
import {
  RetrainingInput,
  type Trigger,
  TriggerKind,
  type TriggerRecord,
} from '../../../../contracts/retraining.js';
import { RetrainingSpec } from '../../../../contracts/spec/monitoring.js';
import {
  type ControllerState,
  MAX_LOG,
  MAX_SEEN,
  advanced,
  decide,
  launched,
  released,
  withRecord,
} from '../../../../workflows/policy/retraining.js';
import { sha } from '../../../support/fixtures.js';

const DAY_MS = 86_400_000;
const dayAt = (n: number): string => new Date(Date.UTC(2001, 1, 1) + n * DAY_MS).toISOString();
const spec = (change: object = {}) =>
  RetrainingSpec.parse({
    triggers: { schedule: { every: '4w' }, newData: { rows: 1000 } },
    trainOn: { last: '56d' },
    ...change,
  });
const controller = (change: Partial<ControllerState> = {}): ControllerState => ({
  ...RetrainingInput.parse({ model: 'tiny', specDigest: sha('spec'), spec: spec(), now: dayAt(0) }),
  ...change,
});
const drift = (change: Partial<Trigger> = {}): Trigger => ({
  id: `drift/${dayAt(0)}`,
  kind: 'drift',
  at: dayAt(7),
  detail: 'score moved',
  ...change,
});

/** Handles a trigger like the workflow, but without I/O. */
function answer(
  state: ControllerState,
  trigger: Trigger,
): { state: ControllerState; record: TriggerRecord | undefined } {
  const verdict = decide(state, trigger);
  if (verdict.verdict === 'duplicate') return { state, record: undefined };
  const run = verdict.verdict === 'fired' ? verdict.run : null;
  const record = { ...trigger, at: verdict.at, verdict: verdict.verdict, reason: verdict.reason, run };
  const next = run === null ? state : launched(state, { run, at: verdict.at });
  return { state: withRecord(next, trigger, record), record };
}

describe('an alarm of a version that was replaced', () => {
  it('is refused: the new champion was not measured', () => {
    expect(decide(controller({ champion: 2 }), drift({ version: 1 }))).toMatchObject({
      verdict: 'refused',
      reason: 'version 1 is no longer champion: version 2 is',
    });
  });

  it('is told apart from one of the champion, and from triggers and controllers that name no version', () => {
    expect(decide(controller({ champion: 2 }), drift({ version: 2 })).verdict).toBe('fired');
    expect(decide(controller({ champion: 2 }), drift()).verdict).toBe('fired');
    expect(decide(controller(), drift({ version: 1 })).verdict).toBe('fired');
  });
});

describe('retraining policy', () => {
  it('fires the first drift trigger, with a run named for the instant', () => {
    expect(decide(controller(), drift())).toEqual({
      verdict: 'fired',
      at: dayAt(7),
      run: 'retrain-2001-02-08',
      reason: 'score moved',
    });
  });

  it('takes the same id as the same trigger, also when it was refused', () => {
    const busy = controller({ inFlight: { run: 'r-1', since: dayAt(0) } });
    const { state } = answer(busy, drift());
    expect(decide({ ...state, inFlight: null }, drift())).toEqual({ verdict: 'duplicate' });
  });

  it('refuses a kind that the spec switches off, and names the field', () => {
    const off = controller({ spec: spec({ triggers: { drift: false } }) });
    expect(decide(off, drift())).toMatchObject({
      verdict: 'refused',
      reason: 'retraining.triggers.drift is off in the spec',
    });
    expect(decide(off, drift({ kind: 'schedule', at: null }))).toMatchObject({
      reason: 'retraining.triggers.schedule is off in the spec',
    });
  });

  it('refuses while a run is in flight, and names it', () => {
    const busy = controller({ inFlight: { run: 'retrain-2001-02-08', since: dayAt(7) } });
    expect(decide(busy, drift({ id: 'drift/2', at: dayAt(70) }))).toMatchObject({
      verdict: 'refused',
      blockedBy: 'retrain-2001-02-08',
    });
  });

  it('refuses within the cooldown on the monitoring clock, and fires when it is just over', () => {
    const state = controller({ lastFiredAt: dayAt(7), now: dayAt(7) });
    const just = new Date(Date.parse(dayAt(14)) - 1).toISOString();
    expect(decide(state, drift({ at: just }))).toMatchObject({ verdict: 'refused' });
    expect(decide(state, drift({ at: dayAt(14) }))).toMatchObject({ verdict: 'fired' });
  });

  it('gives a trigger without an instant the newest one that it knows', () => {
    const state = advanced(controller(), dayAt(21));
    expect(decide(state, drift({ kind: 'schedule', at: null }))).toMatchObject({
      verdict: 'fired',
      at: dayAt(21),
    });
  });

  it('refuses a manual trigger for an instant without data yet', () => {
    expect(decide(controller(), drift({ kind: 'manual', at: dayAt(1) }))).toMatchObject({
      verdict: 'refused',
      reason: expect.stringContaining('ahead of the monitoring clock') as string,
    });
  });

  it('lets a person retrain during the cooldown, under a run of its own, but never a second one in flight', () => {
    const state = controller({ lastFiredAt: dayAt(0) });
    const manual = drift({ id: 'manual/Try again!', kind: 'manual', at: null });
    expect(decide(state, manual)).toMatchObject({
      verdict: 'fired',
      run: 'retrain-2001-02-01-manual-try-again',
    });
    const busy = { ...state, inFlight: { run: 'r-1', since: dayAt(0) } };
    expect(decide(busy, manual)).toMatchObject({ verdict: 'refused', blockedBy: 'r-1' });
  });

  it('names runs so that they are always valid run ids', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TriggerKind.options),
        fc.string({ minLength: 1, maxLength: 200 }),
        fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        (kind, id, at) => {
          const state = controller({ now: '2099-01-01T00:00:00.000Z' });
          const verdict = decide(state, { id, kind, at: at.toISOString(), detail: '' });
          if (verdict.verdict === 'fired') expect(RunId.safeParse(verdict.run).success).toBe(true);
        },
      ),
    );
  });

  it('frees the slot only for the run that is in flight', () => {
    const busy = controller({ inFlight: { run: 'r-1', since: dayAt(0) } });
    expect(released(busy, 'r-0').inFlight).not.toBeNull();
    expect(released(busy, 'r-1').inFlight).toBeNull();
  });

  it('never lets the monitoring clock go back', () => {
    expect(advanced(controller({ now: dayAt(9) }), dayAt(2)).now).toBe(dayAt(9));
  });

  it('turns 10,000 noisy triggers into few runs, each attributable, never two at once, every refusal with a reason', () => {
    const noise = fc.array(
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({
            event: fc.constant('trigger' as const),
            id: fc.integer({ min: 0, max: 8_000 }),
            kind: fc.constantFrom(
              'drift' as const,
              'quality' as const,
              'newData' as const,
              'schedule' as const,
            ),
            day: fc.integer({ min: 0, max: 180 }),
          }),
        },
        { weight: 1, arbitrary: fc.record({ event: fc.constant('ended' as const) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            event: fc.constant('clock' as const),
            day: fc.integer({ min: 0, max: 180 }),
          }),
        },
      ),
      { minLength: 10_000, maxLength: 10_000, size: 'max' },
    );
    fc.assert(
      fc.property(noise, (events) => {
        let state = controller();
        const fired: TriggerRecord[] = [];
        let open: string | null = null;
        let answered = 0;
        for (const event of events) {
          if (event.event === 'ended') {
            if (open) state = released(state, open);
            open = null;
          } else if (event.event === 'clock') {
            state = advanced(state, dayAt(event.day));
          } else {
            const trigger = {
              id: `${event.kind}/${event.id}`,
              kind: event.kind,
              at: event.kind === 'schedule' ? null : dayAt(event.day),
              detail: `because of ${event.id}`,
            };
            const result = answer(state, trigger);
            state = result.state;
            if (!result.record) continue;
            answered += 1;
            expect(result.record.reason).not.toBe('');
            if (result.record.verdict === 'refused') continue;
            expect(open).toBeNull();
            open = result.record.run;
            fired.push(result.record);
          }
        }
        // In 180 days with a cooldown of 7 days there are no more runs than this, however many triggers come.
        expect(fired.length).toBeLessThanOrEqual(1 + Math.floor(180 / 7));
        expect(fired.length).toBeGreaterThan(0);
        expect(new Set(fired.map(({ run }) => run)).size).toBe(fired.length);
        const gaps = fired.slice(1).map((record, i) => Date.parse(record.at) - Date.parse(fired[i]!.at));
        expect(gaps.every((gap) => gap >= 7 * DAY_MS)).toBe(true);
        expect(state.handled).toBe(answered);
        expect(state.log.length).toBeLessThanOrEqual(MAX_LOG);
        expect(state.seen.length).toBeLessThanOrEqual(MAX_SEEN);
      }),
      { numRuns: 5 },
    );
  });
});
