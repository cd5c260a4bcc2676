import type { SpecFault } from './define-check.js';

/** The fault of two bounds of which the lower is above the upper. */
export const orderFault = ({
  min,
  max,
}: {
  min?: number | undefined;
  max?: number | undefined;
}): SpecFault[] =>
  min === undefined || max === undefined || min <= max
    ? []
    : [
        {
          path: [],
          message: `min ${min} is above max ${max}: no value lies between them`,
          remedy: 'Exchange them.',
        },
      ];
