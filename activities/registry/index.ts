import { makeCloseRun } from './close-run.js';
import { makeFindChampion } from './find-champion.js';
import { makeOpenRun } from './open-run.js';
import { makeRecordApproval } from './record-approval.js';
import { makeRecordEvaluation } from './record-evaluation.js';
import { makeRegisterVersion } from './register-version.js';
import { makeSetStage } from './set-stage.js';
import type { Registry } from '../ports/registry.js';

export const createRegistryActivities = (deps: { registry: Registry }) => ({
  openRun: makeOpenRun(deps),
  findChampion: makeFindChampion(deps),
  setStage: makeSetStage(deps),
  recordEvaluation: makeRecordEvaluation(deps),
  registerVersion: makeRegisterVersion(deps),
  recordApproval: makeRecordApproval(deps),
  closeRun: makeCloseRun(deps),
});
export type RegistryActivities = ReturnType<typeof createRegistryActivities>;
