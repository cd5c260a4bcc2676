import { ApplicationFailure } from '@temporalio/common';
import type { RouteTable, ServedVersion } from '../../contracts/release.js';
import type { Log } from '../ports.js';
import type { Session } from '../sessions/session.js';
import type { SessionPool } from '../sessions/session-pool.js';
import { type ServedModel, nextServed } from './served-model.js';

/** A load that failed for a reason that may pass is tried again after this. */
const TRY_AGAIN_MS = 1_000;

/** The routes of one model: follows the desired table and never gives up what serves for something that does not. */
export class ModelRoutes {
  served: ServedModel | undefined;
  /** The newest table that was taken whole. */
  observed: RouteTable | undefined;
  problem: string | null = null;
  refusedGeneration: number | null = null;
  /** Swapped out, but perhaps still answering. */
  private retired: ServedModel[] = [];
  private working = false;
  private notBefore = 0;

  constructor(
    private readonly model: string,
    private readonly pool: SessionPool,
    private readonly log: Log,
  ) {}

  /** Move towards `table`; returns at once when that is being done or makes no sense now. True: there is a new table. */
  async follow(table: RouteTable): Promise<boolean> {
    const known = [this.observed?.generation, this.refusedGeneration];
    if (this.working || known.includes(table.generation) || Date.now() < this.notBefore) return false;
    this.working = true;
    try {
      return await this.take(table);
    } finally {
      this.working = false;
      this.sweep();
    }
  }

  private async take(table: RouteTable): Promise<boolean> {
    const champion = await this.load(table, table.champion);
    const candidate = champion === undefined ? undefined : await this.load(table, table.candidate);
    if (champion === undefined) return false;
    const whole = candidate !== undefined;
    // A candidate that cannot be loaded is no reason to be without the champion.
    if (whole || this.served?.champion?.session !== champion)
      this.swap(nextServed(table, { champion, candidate: candidate ?? null }, this.served));
    if (!whole) return false;
    this.observed = table;
    this.problem = null;
    this.refusedGeneration = null;
    this.log.info(
      {
        model: this.model,
        generation: table.generation,
        champion: table.champion?.version,
        candidate: table.candidate?.version,
        share: table.candidateShare,
      },
      'routes taken',
    );
    return true;
  }

  /** undefined: it cannot be served; `problem` says why. */
  private async load(
    { generation }: RouteTable,
    version: ServedVersion | null,
  ): Promise<Session | null | undefined> {
    if (version === null) return null;
    try {
      return await this.pool.get(this.model, version);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const forGood = error instanceof ApplicationFailure && error.nonRetryable === true;
      this.problem = forGood
        ? why
        : `generation ${generation}, version ${version.version} (tried again): ${why}`;
      this.refusedGeneration = forGood ? generation : null;
      this.notBefore = Date.now() + TRY_AGAIN_MS;
      this.log.warn(
        { model: this.model, generation, version: version.version, forGood, error: why },
        'routes not taken',
      );
      return undefined;
    }
  }

  private swap(next: ServedModel): void {
    const before = this.served;
    this.served = next;
    if (!before) return;
    before.onDrained = () => this.sweep();
    this.retired.push(before);
  }

  /** Release the sessions that nobody needs. Not while a table is being taken: it may be about to use one. */
  private sweep(): void {
    if (this.working) return;
    this.retired = this.retired.filter(({ idle }) => !idle);
    const needed = [this.served, ...this.retired].flatMap((served) => served?.sessions() ?? []);
    this.pool.keepOnly(this.model, needed);
  }
}
