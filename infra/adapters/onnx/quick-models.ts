import { readFile, stat } from 'node:fs/promises';
import type { RawOutput } from '../../../contracts/problems/index.js';
import type { Feeds } from './feeds.js';
import { type GuardedModel, type ProcessLimits, modelProcesses } from './model-processes.js';
import { alwaysEnds } from './operators.js';
import { type RunningModel, inThisProcess } from './runtime.js';

/** A run of a quick model takes at most this long; the channel to another process takes a third of a millisecond. */
const QUICK_MS = 5;
const QUICK_RUNS = 10;
/** After so many runs of a tenth of a second or more, the model goes back to a process of its own. */
const SLOW_MS = 100;
const SLOW_RUNS = 3;
/** The load of a larger model would occupy this process for too long. */
const MAX_BYTES = 32 * 2 ** 20;

/**
 * A model whose runs always end. It moves into this process when it has shown to be quick, and back when it is not. The
 * process of its own rests meanwhile.
 */
class QuickModel implements RunningModel {
  private here: RunningModel | undefined;
  private quickRuns = 0;
  private slowRuns = 0;
  private released = false;

  constructor(
    private readonly path: string,
    private readonly name: string,
    private readonly guarded: GuardedModel,
  ) {}

  get inputs() {
    return this.guarded.inputs;
  }
  get outputs() {
    return this.guarded.outputs;
  }

  async run(feeds: Feeds, wanted: readonly string[], rows: number): Promise<Record<string, RawOutput>> {
    const { here } = this;
    if (!here) return this.runGuarded(feeds, wanted, rows);
    const startedAt = performance.now();
    const answer = await here.run(feeds, wanted, rows);
    if (performance.now() - startedAt >= SLOW_MS && ++this.slowRuns === SLOW_RUNS) await this.leave();
    return answer;
  }

  private async runGuarded(
    feeds: Feeds,
    wanted: readonly string[],
    rows: number,
  ): Promise<Record<string, RawOutput>> {
    const answer = await this.guarded.run(feeds, wanted, rows);
    const isQuick = this.guarded.lastRunMs <= QUICK_MS;
    if (isQuick && this.slowRuns === 0 && ++this.quickRuns === QUICK_RUNS) await this.moveHere();
    return answer;
  }

  private async moveHere(): Promise<void> {
    const here = await inThisProcess.open(this.path, this.name);
    if (this.released) return here.release();
    this.here = here;
    this.guarded.rest();
  }

  private async leave(): Promise<void> {
    const { here } = this;
    this.here = undefined;
    await here?.release();
  }

  async release(): Promise<void> {
    this.released = true;
    await this.guarded.release();
    await this.leave();
  }
}

/**
 * Models for a server: each in a process of its own, except those that are quick and whose every run ends. They run in this
 * process, which doubles the requests of one client at a time.
 */
export const quickModels = (limits: ProcessLimits) => {
  const processes = modelProcesses(limits);
  return {
    open: async (path: string, name: string): Promise<RunningModel> => {
      const guarded = await processes.open(path, name);
      const isSmall = (await stat(path)).size <= MAX_BYTES;
      return isSmall && alwaysEnds(await readFile(path)) ? new QuickModel(path, name, guarded) : guarded;
    },
  };
};
