import { describe, expect, it } from 'vitest';
import { problemTypes } from '../../../../contracts/problems/index.js';
import { ScoreShift } from '../../../../serving/statistics/score-shift.js';

const floats = (...values: number[]) => Float32Array.from(values);

describe('the score difference of a canary', () => {
  it('is the mean absolute difference of probabilities for a binary problem', () => {
    const shift = new ScoreShift(problemTypes['binary-classification'].shift);
    shift.add({ candidate: floats(0.5, 0.25), champion: floats(0.25, 0.5), rows: 2 });
    shift.add({ candidate: floats(1), champion: floats(0), rows: 1 });
    expect([shift.compared, shift.value]).toEqual([3, 0.5]);
  });

  it('is the mean total variation distance for classes: 1 when both are sure of another class', () => {
    const shift = new ScoreShift(problemTypes['multiclass-classification'].shift);
    shift.add({ candidate: floats(1, 0, 0), champion: floats(0, 0, 1), rows: 1 });
    expect(shift.value).toBe(1);
    shift.add({ candidate: floats(0.5, 0.25, 0.25), champion: floats(0.25, 0.5, 0.25), rows: 1 });
    expect(shift.value).toBeCloseTo((1 + 0.25) / 2, 12);
  });

  it('is measured in standard deviations of the champion for a regression, so that the unit does not matter', () => {
    const of = (unit: number) => {
      const shift = new ScoreShift(problemTypes.regression.shift);
      shift.add({
        candidate: floats(110, 210).map((x) => x * unit),
        champion: floats(100, 200).map((x) => x * unit),
        rows: 2,
      });
      shift.add({ candidate: floats(310 * unit), champion: floats(300 * unit), rows: 1 });
      return shift.value;
    };
    expect(of(1)).toBeCloseTo(10 / Math.sqrt(20_000 / 3), 6);
    expect(of(1_000)).toBeCloseTo(of(1), 6);
  });

  it('compares the predictions and not the quantiles of a regression', () => {
    const shift = new ScoreShift(problemTypes.regression.shift);
    shift.add({ candidate: floats(1, -9, 9, 2, -9, 9), champion: floats(1, 0, 2, 2, 1, 3), rows: 2 });
    expect(shift.value).toBe(0);
  });

  it('takes the size of a champion that always says the same as its scale', () => {
    const shift = new ScoreShift(problemTypes.regression.shift);
    shift.add({ candidate: floats(55, 55), champion: floats(50, 50), rows: 2 });
    expect(shift.value).toBeCloseTo(0.1, 12);
  });

  it('is 0 before anything was compared', () => {
    expect(new ScoreShift(problemTypes.regression.shift).value).toBe(0);
  });
});
