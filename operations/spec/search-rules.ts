import { gridSize, withoutGrid } from '../../contracts/search-grid.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import type { Breach } from './breach.js';

const at = (...below: string[]) => ['training', 'search', ...below];

/** Checks that the fields of training.search agree with each other. */
export function searchIsPossible({ training: { search } }: ModelSpec): Breach[] {
  const { algorithm, trials, space, earlyStopping, warmStart } = search;
  const found: Breach[] = [];
  if (algorithm === 'grid') found.push(...gridFits(search));
  else
    for (const [name, dimension] of Object.entries(space))
      if ('step' in dimension && dimension.step !== undefined)
        found.push({
          path: at('space', name, 'step'),
          message: `algorithm ${algorithm} has no steps: it draws any value of the range`,
          remedy: 'Take step out, or choose algorithm grid.',
        });
  if (algorithm === 'asha' && !earlyStopping)
    found.push({
      path: at('algorithm'),
      message: 'asha is random search that stops poor trials early, and earlyStopping is not set',
      remedy:
        'Set training.search.earlyStopping, e.g. { minSteps: 10, reduction: 3 }. The trainer must report the objective in its progress lines.',
    });
  if (algorithm === 'tpe' && Object.keys(space).length === 0)
    found.push({
      path: at('space'),
      message: 'tpe has nothing to choose: the space is empty',
      remedy: 'Name at least one hyperparameter.',
    });
  if (warmStart !== undefined && algorithm !== 'tpe')
    found.push({
      path: at('warmStart'),
      message: `algorithm ${algorithm} does not learn from trials: warmStart "${warmStart}" would change nothing`,
      remedy: 'Choose algorithm tpe, or take warmStart out.',
    });
  if (trials > 1 && Object.keys(space).length === 0)
    found.push({
      path: at('trials'),
      message: `${trials} trials of an empty space would all be the same`,
      remedy: 'Set trials to 1, or name hyperparameters in training.search.space.',
    });
  return found;
}

function gridFits({ space, trials }: ModelSpec['training']['search']): Breach[] {
  const endless = withoutGrid(space);
  if (endless.length > 0)
    return endless.map((name) => ({
      path: at('space', name),
      message: `algorithm grid needs a list of values, and a range of fractions has no end`,
      remedy: `Give "${name}" a step (float: [0.1, 0.5], step: 0.1), or a choice of values.`,
    }));
  const points = gridSize(space);
  if (trials <= points) return [];
  return [
    {
      path: at('trials'),
      message: `the grid has ${points} points, and trials is ${trials}`,
      remedy: `Set trials to ${points} for the whole grid, or make it finer.`,
    },
  ];
}
