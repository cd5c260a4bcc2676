import { describe, expect, it } from 'vitest';
import { searchIsPossible } from '../../../../operations/spec/search-rules.js';
import { ModelSpec } from '../../../../contracts/spec/model-spec.js';
import { specInput } from '../../../support/fixtures.js';

const breaches = (search: object) =>
  searchIsPossible(
    ModelSpec.parse({
      ...specInput,
      training: {
        ...specInput.training,
        search: {
          trials: 4,
          objective: { metric: 'loss', goal: 'minimize' },
          space: { depth: { int: [1, 4] } },
          ...search,
        },
      },
    }),
  ).map(({ path, message, remedy }) => `${path.slice(2).join('.')}: ${message}. ${remedy}`);

describe('a search', () => {
  it.each(['random', 'grid', 'sobol', 'tpe'])('by %s is possible', (algorithm) => {
    expect(breaches({ algorithm })).toEqual([]);
  });

  it('by grid says how many points there are when more are asked for', () => {
    expect(breaches({ algorithm: 'grid', trials: 5 })).toEqual([
      'trials: the grid has 4 points, and trials is 5. Set trials to 4 for the whole grid, or make it finer.',
    ]);
  });

  it('by grid needs a step in a range of fractions, and no other algorithm takes one', () => {
    const [endless] = breaches({ algorithm: 'grid', space: { rate: { float: [0, 1] } } });
    expect(endless).toContain('space.rate: algorithm grid needs a list of values');
    expect(endless).toContain('Give "rate" a step');
    const [step] = breaches({ space: { rate: { float: [0, 1], step: 0.1 } } });
    expect(step).toContain('space.rate.step: algorithm random has no steps');
  });

  it('by asha needs `earlyStopping`', () => {
    const [missing] = breaches({ algorithm: 'asha' });
    expect(missing).toContain('earlyStopping is not set');
    expect(missing).toContain('must report the objective in its progress lines');
    expect(breaches({ algorithm: 'asha', earlyStopping: { minSteps: 5 } })).toEqual([]);
  });

  it('refuses a warm start if its algorithm does not learn', () => {
    expect(breaches({ warmStart: 'run-1' })[0]).toContain('algorithm random does not learn from trials');
    expect(breaches({ algorithm: 'tpe', warmStart: 'run-1' })).toEqual([]);
  });

  it('of an empty space has one trial', () => {
    expect(breaches({ space: {} })[0]).toContain('4 trials of an empty space would all be the same');
    expect(breaches({ space: {}, trials: 1 })).toEqual([]);
  });
});
