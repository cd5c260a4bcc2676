/** Who comes next in a pool: pure, so that engine, client and tests agree. */

export interface PoolLimits {
  /** GPUs in use at once; null: as many as the jobs ask for. */
  gpus: number | null;
  /** Jobs at once; null: as many as fit otherwise. */
  jobs: number | null;
  /** Team → its share of the pool relative to others; 1 for those that are not named. */
  weights: Record<string, number>;
}

export interface PoolJob {
  id: string;
  team: string;
  gpus: number;
}
export interface PoolWait extends PoolJob {
  /** 1–5; higher goes first within a team. */
  priority: number;
  sinceMs: number;
}

/** What a job counts for in its team's share: its GPUs, or one slot when it needs none. */
export const unitsOf = ({ gpus }: Pick<PoolJob, 'gpus'>): number => Math.max(1, gpus);

export const fitsEver = ({ gpus, jobs }: PoolLimits, job: Pick<PoolJob, 'gpus'>): boolean =>
  job.gpus <= (gpus ?? Infinity) && (jobs ?? Infinity) > 0;

/**
 * Those that may begin now, first one first. Next is always a job of the team that holds least for its weight; among equals
 * the team that has used least of late, then the higher priority, then the longer wait. A job that does not fit yet is not
 * overtaken: otherwise many small jobs would keep a big one out for ever.
 *
 * @param used team → what it has used of late, in any unit
 */
export function nextInLine<W extends PoolWait>(
  limits: PoolLimits,
  running: readonly PoolJob[],
  used: Record<string, number>,
  waiting: readonly W[],
): W[] {
  const held: Record<string, number> = {};
  const take = (job: PoolJob): void => void (held[job.team] = (held[job.team] ?? 0) + unitsOf(job));
  running.forEach(take);
  let gpus = (limits.gpus ?? Infinity) - running.reduce((sum, job) => sum + job.gpus, 0);
  let jobs = (limits.jobs ?? Infinity) - running.length;
  const share = (of: Record<string, number>, { team }: PoolJob): number =>
    (of[team] ?? 0) / (limits.weights[team] ?? 1);
  const before = (a: W, b: W): number =>
    share(held, a) - share(held, b) ||
    share(used, a) - share(used, b) ||
    b.priority - a.priority ||
    a.sinceMs - b.sinceMs ||
    (a.id < b.id ? -1 : 1);
  const left = waiting.filter((job) => fitsEver(limits, job));
  const chosen: W[] = [];
  for (;;) {
    const [next] = left.sort(before);
    if (!next || next.gpus > gpus || jobs < 1) return chosen;
    left.shift();
    chosen.push(next);
    take(next);
    gpus -= next.gpus;
    jobs -= 1;
  }
}
