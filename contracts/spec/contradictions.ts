import type { SpecFault } from '../checks/define-check.js';
import { LEAST_GOAL } from './charter.js';
import type { ModelSpec } from './model-spec.js';
import { releaseFaults } from './release-faults.js';
import { thresholdFaults } from './thresholds.js';

function goalFaults({ charter: { goal } }: ModelSpec): SpecFault[] {
  const { length } = goal.trim();
  if (length >= LEAST_GOAL) return [];
  return [
    {
      path: ['charter', 'goal'],
      message: `${JSON.stringify(goal)} has ${length} characters without the blanks around it, and needs ${LEAST_GOAL}`,
      remedy: 'Write the business goal, in a sentence that its owner would sign.',
    },
  ];
}

/**
 * Values that contradict each other, or that can have no effect. They are no part of the schema: a spec that was recorded
 * before a rule was known must still be read.
 */
export const contradictions = (spec: ModelSpec): SpecFault[] => [
  ...goalFaults(spec),
  ...thresholdFaults(spec),
  ...releaseFaults(spec),
];
