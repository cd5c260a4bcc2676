/**
 * Version of the code of each remembered step; a part of its key. Raise a version when the same inputs give another output:
 * outputs of the version before are then made again. `npm run steps` and the test step-sources.test.ts keep this honest.
 */
export const STEP_VERSIONS = {
  'data.extract': '2',
  'data.validate-raw': '7',
  'data.clean': '3',
  'data.features': '1',
  'data.validate-features': '9',
  'data.split': '5',
  'evaluate-models': 'evaluate-models/3',
} as const;
export type StepKind = keyof typeof STEP_VERSIONS;
