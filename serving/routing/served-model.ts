import type { GatewayReport, RouteTable } from '../../contracts/release.js';
import type { Session } from '../sessions/session.js';
import { ArmStatistics } from '../statistics/arm-statistics.js';

export interface Arm {
  name: 'champion' | 'candidate';
  session: Session;
  statistics: ArmStatistics;
}

/** One generation of a model's routes, with its sessions. Immutable: a change is another `ServedModel`, swapped in at once. */
export class ServedModel {
  private inFlight = 0;
  /** Called when the last request that uses it has ended. */
  onDrained: (() => void) | undefined;

  constructor(
    readonly model: string,
    readonly generation: number,
    readonly champion: Arm | null,
    readonly candidate: Arm | null,
    readonly share: number,
    readonly salt: string,
    /** The champion before this one: kept hot, so that going back costs nothing. */
    readonly previous: Session | null,
  ) {}

  /** Sessions that must stay loaded. */
  sessions(): Session[] {
    return [this.champion?.session, this.candidate?.session, this.previous].filter((session) => !!session);
  }

  /** Hold the sessions while `work` uses them. */
  async using<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight += 1;
    try {
      return await work();
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.onDrained?.();
    }
  }

  get idle(): boolean {
    return this.inFlight === 0;
  }

  arms(): GatewayReport['arms'] {
    return [this.champion, this.candidate]
      .filter((arm) => arm !== null)
      .map((arm) => ({ version: arm.session.served.version, arm: arm.name, ...arm.statistics.report() }));
  }
}

/** The next generation after `before`: an arm that keeps its version keeps its statistics. */
export function nextServed(
  table: RouteTable,
  sessions: { champion: Session | null; candidate: Session | null },
  before: ServedModel | undefined,
): ServedModel {
  const arm = (name: Arm['name'], session: Session | null): Arm | null => {
    const former = before?.[name] ?? null;
    if (session === null) return null;
    return {
      name,
      session,
      statistics: former?.session === session ? former.statistics : new ArmStatistics(),
    };
  };
  const champion = arm('champion', sessions.champion);
  const formerChampion = before?.champion?.session ?? null;
  const previous = formerChampion === champion?.session ? (before?.previous ?? null) : formerChampion;
  return new ServedModel(
    table.model,
    table.generation,
    champion,
    arm('candidate', sessions.candidate),
    sessions.candidate ? table.candidateShare : 0,
    table.salt,
    previous,
  );
}
