/** The order of jobs in a pool: pure, shared by engine, client and tests. */

export interface PoolLimits {
  /** Most GPUs in use at once; null for no limit. */
  gpus: number | null;
  /** Most jobs at once; null for no limit. */
  jobs: number | null;
  /** Team → weight of its share of the pool. Default: 1. */
  weights: Record<string, number>;
}

export interface PoolJob {
  id: string;
  team: string;
  gpus: number;
}
export interface PoolWait extends PoolJob {
  /** Priority from 1 to 5; higher goes first within a team. */
  priority: number;
  sinceMs: number;
}

/** Units of a job in its team's share: its GPUs, or one slot if it needs none. */
export const unitsOf = ({ gpus }: Pick<PoolJob, 'gpus'>): number => Math.max(1, gpus);

export const fitsEver = ({ gpus, jobs }: PoolLimits, job: Pick<PoolJob, 'gpus'>): boolean =>
  job.gpus <= (gpus ?? Infinity) && (jobs ?? Infinity) > 0;

/**
 * The jobs that may begin now, in order. The next job always belongs to the team that holds least for its weight;
 * among equals, to the team that has used least recently; then the higher priority decides, then the longer wait. A
 * job that does not fit yet is not overtaken, because small jobs would otherwise keep a large one waiting for ever.
 *
 * @param used team → its recent use, in any unit
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
