import type { ServingControl } from '../ports/serving-control.js';
import { makeAwaitObserved } from './await-observed.js';
import { makePromote } from './promote.js';
import { makeReadRoutes } from './read-routes.js';
import { makeRollBack } from './roll-back.js';
import { makeSetRoutes } from './set-routes.js';
import { makeWatchCanary } from './watch-canary.js';

export const createDeploymentActivities = (deps: { serving: ServingControl }) => ({
  readRoutes: makeReadRoutes(deps),
  setRoutes: makeSetRoutes(deps),
  awaitObserved: makeAwaitObserved(deps),
  watchCanary: makeWatchCanary(deps),
  promote: makePromote(deps),
  rollBack: makeRollBack(deps),
});
export type DeploymentActivities = ReturnType<typeof createDeploymentActivities>;
