import type { PromoteInput, ReleaseEnd, RollBackInput, SetRoutesInput } from '../../contracts/deployment.js';
import type { GatewayReport, RouteTable } from '../../contracts/release.js';

/** Desired routes, what gateways say of them, and the end of a release: what decides who serves. */
export interface ServingControl {
  routes(model: string): Promise<RouteTable | undefined>;
  /**
   * The next generation of routes; the alias `challenger` follows the candidate. Idempotent: the same table after the same
   * generation is the one that is there.
   *
   * @throws ApplicationFailure `VersionConflict` when somebody else moved the routes since
   */
  setRoutes(input: SetRoutesInput): Promise<RouteTable>;
  /** Gateways that reported something lately, and what they report of the model. */
  reports(model: string): Promise<{ live: string[]; reports: GatewayReport[] }>;
  /**
   * Aliases `champion` and `previous`, routes and release row together or not at all. Idempotent by release.
   *
   * @throws ApplicationFailure `VersionConflict` when somebody else moved the routes since
   */
  promote(input: PromoteInput): Promise<ReleaseEnd>;
  /** Take the candidate out of the routes, if it is in, and record the release. A promotion that was committed stands. */
  rollBack(input: RollBackInput): Promise<ReleaseEnd>;
}
