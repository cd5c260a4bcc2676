import { canonicalJson } from '../../contracts/digest.js';
import { MainspringFailure } from '../../contracts/failures.js';
import { BINARY, type Problem } from '../../contracts/problems/index.js';
import type { RouteTable, ServedVersion } from '../../contracts/release.js';
import type { Log } from '../ports.js';
import type { Session } from '../sessions/session.js';
import type { SessionPool } from '../sessions/session-pool.js';
import { type ServedModel, nextServed } from './served-model.js';

/** Time until a failed load is tried again, if its cause may be temporary. */
const TRY_AGAIN_MS = 1_000;

/**
 * The routes of one model. Follows the desired table. A version that serves is replaced only by a version that is
 * loaded and warm.
 */
export class ModelRoutes {
  served: ServedModel | undefined;
  /** The newest table whose arms are all loaded. */
  observed: RouteTable | undefined;
  problem: string | null = null;
  refusedGeneration: number | null = null;
  /** The newest table that was received, loaded or not. */
  private desired: RouteTable | undefined;
  /** Tables that were replaced and may still answer running requests. */
  private retired: ServedModel[] = [];
  private working = false;
  private notBefore = 0;

  constructor(
    private readonly model: string,
    private readonly pool: SessionPool,
    private readonly log: Log,
  ) {}

  /** The problem type of the model's versions. */
  get answers(): Problem {
    const { desired, served } = this;
    return served?.champion?.session.problem ?? (desired?.champion ?? desired?.candidate)?.problem ?? BINARY;
  }

  /**
   * Load the versions of `table` and serve it. Returns true if a new table is served. Returns false at once if a load
   * is running already, or if a retry is not due yet.
   */
  async follow(table: RouteTable): Promise<boolean> {
    this.desired = table;
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
    const candidate =
      champion === undefined
        ? undefined
        : this.comparable(table, champion, await this.load(table, table.candidate));
    if (champion === undefined) return false;
    const whole = candidate !== undefined;
    // The champion is served even if the candidate cannot be loaded.
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

  /** The candidate; undefined if its answers would have another shape than the champion's. */
  private comparable<S extends Session | null | undefined>(
    table: RouteTable,
    champion: Session | null,
    candidate: S,
  ): S | undefined {
    if (!champion || !candidate) return candidate;
    const [now, next] = [canonicalJson(champion.problem), canonicalJson(candidate.problem)];
    if (now === next) return candidate;
    this.refuse(
      table,
      candidate.served,
      `version ${candidate.served.version} answers ${next}, but the champion, version ${champion.served.version}, answers ${now}: ` +
        'clients cannot get answers of two shapes; release it under another model name',
      true,
    );
    return undefined;
  }

  /** Load a version. Returns undefined if it cannot be served; the reason is in `problem`. */
  private async load(table: RouteTable, version: ServedVersion | null): Promise<Session | null | undefined> {
    if (version === null) return null;
    try {
      return await this.pool.get(this.model, version);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.refuse(table, version, why, error instanceof MainspringFailure);
      return undefined;
    }
  }

  private refuse(
    { generation }: RouteTable,
    { version }: ServedVersion,
    why: string,
    forGood: boolean,
  ): void {
    this.problem = forGood ? why : `generation ${generation}, version ${version} (tried again): ${why}`;
    this.refusedGeneration = forGood ? generation : null;
    this.notBefore = Date.now() + TRY_AGAIN_MS;
    this.log.warn({ model: this.model, generation, version, forGood, error: why }, 'routes not taken');
  }

  private swap(next: ServedModel): void {
    const before = this.served;
    this.served = next;
    if (!before) return;
    before.onDrained = () => this.sweep();
    this.retired.push(before);
  }

  /**
   * Release the sessions that are no longer needed. Does nothing while a table is being loaded, since it may need one
   * of them.
   */
  private sweep(): void {
    if (this.working) return;
    this.retired = this.retired.filter(({ idle }) => !idle);
    const needed = [this.served, ...this.retired].flatMap((served) => served?.sessions() ?? []);
    this.pool.keepOnly(this.model, needed);
  }
}
