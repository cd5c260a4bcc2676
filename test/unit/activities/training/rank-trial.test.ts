import { describe, expect, it } from 'vitest';
import type { RungStore } from '../../../../activities/ports/trial-store.js';
import { rankTrialOf } from '../../../../activities/training/rank-trial.js';
import type { RungReport, Stopped } from '../../../../contracts/early-stopping.js';
import type { TrainingJobInput } from '../../../../contracts/training.js';

/** A rung store in memory. Lower values are better. */
function rungsInMemory() {
  const reported = new Map<number, Map<number, RungReport>>();
  const stops = new Map<number, Stopped>();
  let asked = 0;
  const store: RungStore = {
    rank: async (_study, trial, report, _goal, goesOn) => {
      asked += 1;
      const rung = reported.get(report.rung) ?? new Map<number, RungReport>();
      reported.set(report.rung, rung.set(trial, rung.get(trial) ?? report));
      const reached = rung.size;
      const place = 1 + [...rung.values()].filter(({ value }) => value < report.value).length;
      if (!goesOn({ place, reached })) stops.set(trial, { ...report, place, reached });
      return stops.get(trial) ?? null;
    },
    stopped: async (_study, trial) => stops.get(trial) ?? null,
  };
  return { store, asked: () => asked };
}

const job = (trial: number) =>
  ({
    model: 'tiny',
    run: 'r-1',
    trial: { trial, goal: 'minimize', earlyStopping: { minSteps: 10, reduction: 3 } },
  }) as TrainingJobInput;
const at = (rung: number, value: number): RungReport => ({ rung, step: rung, value });

function studyOf() {
  const { store, asked } = rungsInMemory();
  let now = 0;
  const rank = (trial: number) => {
    const ranked = rankTrialOf(store, job(trial), () => now);
    if (!ranked) throw new Error('this trial may be stopped early');
    return ranked;
  };
  return { rank, asked, pass: (ms: number) => (now += ms) };
}

describe('the rank of a trial', () => {
  it('stops a trial that passed alone as soon as a better one comes to its rung', async () => {
    const { rank, pass } = studyOf();
    const first = rank(0);
    const poor = [at(10, 0.9)];
    expect(await first(poor)).toBeNull();
    pass(10_000);
    expect(await first(poor)).toBeNull();
    expect(await rank(1)([at(10, 0.2)])).toBeNull();
    pass(10_000);
    const verdict = { rung: 10, value: 0.9, place: 2, reached: 2 };
    expect(await first(poor)).toMatchObject(verdict);
    expect(await rank(0)([])).toMatchObject(verdict);
  });

  it('judges again at the newest rung only: a trial that is overtaken at an earlier rung goes on', async () => {
    const { rank, pass } = studyOf();
    const first = rank(0);
    const far = [at(10, 0.9), at(30, 0.5)];
    expect(await first(far)).toBeNull();
    expect(await rank(1)([at(10, 0.2)])).toBeNull();
    pass(10_000);
    expect(await first(far)).toBeNull();
    expect(await rank(1)([at(10, 0.2), at(30, 0.1)])).toBeNull();
    pass(10_000);
    expect(await first(far)).toMatchObject({ rung: 30 });
  });

  it('asks at once at a new rung, and the more rarely the longer a trial runs at an old one', async () => {
    const { rank, asked, pass } = studyOf();
    const only = rank(0);
    await only([at(10, 0.5)]);
    await only([at(10, 0.5)]);
    expect(asked()).toBe(1);
    await only([at(10, 0.5), at(30, 0.4)]);
    expect(asked()).toBe(2);
    const hourMs = 3_600_000;
    for (let looks = 0; looks < 60; looks++) {
      pass(hourMs / 60);
      await only([at(10, 0.5), at(30, 0.4)]);
    }
    expect(asked()).toBeGreaterThan(10);
    expect(asked()).toBeLessThan(50);
  });
});
