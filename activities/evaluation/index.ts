import { type EvaluationDeps, makeEvaluateModels } from './evaluate-models.js';

export const createEvaluationActivities = (deps: EvaluationDeps) => ({
  evaluateModels: makeEvaluateModels(deps),
});
export type EvaluationActivities = ReturnType<typeof createEvaluationActivities>;
