import type { PromoteInput, ReleaseEnd, RollBackInput, SetRoutesInput } from '../../contracts/deployment.js';
import type { GatewayReport, RouteTable } from '../../contracts/release.js';

/** Routes, the gateways' reports, and the end of a release. */
export interface ServingControl {
  routes(model: string): Promise<RouteTable | undefined>;
  /**
   * Set the next generation of routes; the alias `challenger` follows the candidate. Idempotent: a repetition with
   * the same table and generation returns the existing one.
   *
   * @throws MainspringFailure `VersionConflict` if the routes were changed since
   */
  setRoutes(input: SetRoutesInput): Promise<RouteTable>;
  /** The gateways that reported recently, and their reports about the model. */
  reports(model: string): Promise<{ live: string[]; reports: GatewayReport[] }>;
  /**
   * Move the aliases `champion` and `previous`, the routes and the release row in one transaction. Idempotent by
   * release.
   *
   * @throws MainspringFailure `VersionConflict` if the routes were changed since
   */
  promote(input: PromoteInput): Promise<ReleaseEnd>;
  /** Remove the candidate from the routes, if it is there, and record the release. A committed promotion stands. */
  rollBack(input: RollBackInput): Promise<ReleaseEnd>;
}
