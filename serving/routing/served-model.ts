import type { GatewayReport, RouteTable } from '../../contracts/release.js';
import { relaid, sameLayout } from '../features/layout.js';
import type { Session } from '../sessions/session.js';
import { ArmStatistics } from '../statistics/arm-statistics.js';

export interface Arm {
  name: 'champion' | 'candidate';
  session: Session;
  statistics: ArmStatistics;
}

/**
 * One generation of a model's routes with its sessions. Immutable: a change creates another `ServedModel`, which
 * replaces this one at once.
 */
export class ServedModel {
  private inFlight = 0;
  /** True if a batch for the champion can be fed to the candidate unchanged. */
  readonly sameLayout: boolean;
  /** Makes the candidate's log row of a champion's; undefined when they are the same. */
  readonly candidatesRow: ReturnType<typeof relaid>;
  /** Called when the last running request on this generation has ended. */
  onDrained: (() => void) | undefined;

  constructor(
    readonly model: string,
    readonly generation: number,
    readonly champion: Arm | null,
    readonly candidate: Arm | null,
    readonly share: number,
    readonly salt: string,
    /** The previous champion. It stays loaded, so that a roll-back needs no load. */
    readonly previous: Session | null,
  ) {
    this.sameLayout =
      !champion || !candidate || sameLayout(champion.session.layout, candidate.session.layout);
    this.candidatesRow =
      champion && candidate ? relaid(champion.session.layout, candidate.session.layout) : undefined;
  }

  /** Sessions that must stay loaded. */
  sessions(): Session[] {
    return [this.champion?.session, this.candidate?.session, this.previous].filter((session) => !!session);
  }

  /** Keep the sessions loaded while `work` uses them. */
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

/** The generation after `before`. An arm that keeps its version keeps its statistics. */
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
      statistics: former?.session === session ? former.statistics : new ArmStatistics(session.problem.type),
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
