import { describe, expect, it } from 'vitest';
import type { RungStore } from '../../../../activities/ports/trial-store.js';
import { judgeOf } from '../../../../activities/training/judge-trial.js';
import type { RungReport, Stopped } from '../../../../contracts/early-stopping.js';
import type { TrainingJobInput } from '../../../../contracts/training.js';

/** Rungs in memory, lower values better. */
function rungsInMemory() {
  const reported = new Map<number, Map<number, RungReport>>();
  const verdicts = new Map<number, Stopped>();
  let asked = 0;
  const store: RungStore = {
    judge: async (_study, trial, report, _goal, goesOn) => {
      asked += 1;
      const rung = reported.get(report.rung) ?? new Map<number, RungReport>();
      reported.set(report.rung, rung.set(trial, rung.get(trial) ?? report));
      const reached = rung.size;
      const place = 1 + [...rung.values()].filter(({ value }) => value < report.value).length;
      if (!goesOn({ place, reached })) verdicts.set(trial, { ...report, place, reached });
      return verdicts.get(trial) ?? null;
    },
    stopped: async (_study, trial) => verdicts.get(trial) ?? null,
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
  const judge = (trial: number) => {
    const judged = judgeOf(store, job(trial), () => now);
    if (!judged) throw new Error('this trial may be stopped early');
    return judged;
  };
  return { judge, asked, pass: (ms: number) => (now += ms) };
}

describe('the judge of a trial', () => {
  it('stops a trial that passed alone as soon as a better one comes to its rung', async () => {
    const { judge, pass } = studyOf();
    const first = judge(0);
    const poor = [at(10, 0.9)];
    expect(await first(poor)).toBeNull();
    pass(10_000);
    expect(await first(poor)).toBeNull();
    expect(await judge(1)([at(10, 0.2)])).toBeNull();
    pass(10_000);
    const verdict = { rung: 10, value: 0.9, place: 2, reached: 2 };
    expect(await first(poor)).toMatchObject(verdict);
    expect(await judge(0)([])).toMatchObject(verdict);
  });

  it('judges again at the newest rung only: who was overtaken at one that lies behind goes on', async () => {
    const { judge, pass } = studyOf();
    const first = judge(0);
    const far = [at(10, 0.9), at(30, 0.5)];
    expect(await first(far)).toBeNull();
    expect(await judge(1)([at(10, 0.2)])).toBeNull();
    pass(10_000);
    expect(await first(far)).toBeNull();
    expect(await judge(1)([at(10, 0.2), at(30, 0.1)])).toBeNull();
    pass(10_000);
    expect(await first(far)).toMatchObject({ rung: 30 });
  });

  it('asks at once at a new rung, and the more rarely the longer a trial runs at an old one', async () => {
    const { judge, asked, pass } = studyOf();
    const only = judge(0);
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
