import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FailureType, type MainspringFailure, fail } from '../../../contracts/failures.js';
import type { RawOutput } from '../../../contracts/problems/index.js';
import { root } from '../../code.js';
import { giveWay } from '../../give-way.js';
import { frameOf, readFrames } from './frames.js';
import type { Metadata } from './metadata.js';
import { OPTIONS, type RunningModel } from './runtime.js';

export interface ProcessLimits {
  /** Longest time of a load. */
  loadMs: number;
  /** Longest time of a run, and what each row adds to it. */
  runMs: number;
  runMsPerRow: number;
  /** After a run of this time the process gives way to quicker models, as long as it lives. Default: never. */
  giveWayMs?: number;
  /** A process that was ended is started again after this time, doubled each time up to the second figure. */
  restartMs: [first: number, most: number];
  /** After so many ends in a row without an answer, runs are refused for a while. */
  endsInARow: number;
  /** Time for which runs are refused, doubled each time up to the second figure. */
  outMs: [first: number, most: number];
}

const ENDS: Pick<ProcessLimits, 'restartMs' | 'endsInARow' | 'outMs'> = {
  restartMs: [100, 5_000],
  endsInARow: 3,
  outMs: [30_000, 600_000],
};

/** For models that answer clients. */
export const servingLimits: ProcessLimits = {
  ...ENDS,
  loadMs: 60_000,
  runMs: 5_000,
  runMsPerRow: 0.5,
  giveWayMs: 250,
};

/** For models that are evaluated, in batches of thousands of rows. */
export const evaluationLimits: ProcessLimits = {
  ...ENDS,
  loadMs: 120_000,
  runMs: 30_000,
  runMsPerRow: 10,
};

interface Loaded {
  inputs: Metadata;
  outputs: Metadata;
}

interface Answered {
  id: number;
  value?: unknown;
  error?: string;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Time in which a process whose channel broke is seen to end. */
const EXIT_MS = 1_000;

/** Below the gateway, which answers for all models, and above the trainers of the local backend. */
const NICENESS = 5;
/** Niceness of a process whose run took long. Trainers have a higher one, so the process still goes before them. */
const SLOW_NICENESS = 9;

/** One life of the process. */
class ModelProcess {
  private readonly waiting = new Map<number, Waiting>();
  private ended: MainspringFailure | undefined;
  private last = 0;
  private readonly child: ChildProcess;
  private readonly channel: Socket;

  constructor(private readonly name: string) {
    this.child = spawn(process.execPath, [join(root, 'infra/adapters/onnx/model-process.js')], {
      // A model is a stranger: its process gets no settings and no keys of this one.
      env: {},
      // A channel of its own: the one of `fork` takes three times as long for a run of a small model.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    this.giveWay(NICENESS);
    this.channel = this.child.stdio[3] as Socket;
    // A process that ends closes the channel first; its exit tells the reason a moment later.
    this.channel.on('error', (error) => {
      setTimeout(() => this.end(`cannot be reached: ${error.message}`), EXIT_MS).unref();
    });
    readFrames(this.channel, (message) => this.answered(message as Answered));
    this.child.on('error', (error) => this.end(`could not be started: ${error.message}`));
    this.child.on('exit', (code, signal) => this.end(`ended by itself (${signal ?? `exit code ${code}`})`));
  }

  /** True once the process is gone or was told to go. */
  get isOver(): boolean {
    return this.ended !== undefined;
  }

  /** @param giveWayMs time after which the process gives way to quicker ones; undefined: never */
  async ask<T>(message: object, what: string, limitMs: number, giveWayMs?: number): Promise<T> {
    if (this.ended) throw this.ended;
    const id = ++this.last;
    const timer = setTimeout(() => this.tooSlow(what, limitMs), limitMs);
    const slow =
      giveWayMs === undefined ? undefined : setTimeout(() => this.giveWay(SLOW_NICENESS), giveWayMs);
    try {
      return await new Promise<T>((resolve, reject) => {
        this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
        this.channel.write(frameOf({ id, ...message }));
      });
    } finally {
      clearTimeout(timer);
      clearTimeout(slow);
    }
  }

  private giveWay(niceness: number): void {
    if (this.child.pid !== undefined) giveWay(this.child.pid, niceness);
  }

  private answered({ id, value, error }: Answered): void {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  }

  private tooSlow(what: string, limitMs: number): void {
    this.over(
      fail(
        FailureType.ModelTooSlow,
        `the ${this.name} did not ${what} within ${limitMs / 1_000} s; its process was ended`,
      ),
    );
  }

  private end(how: string): void {
    this.over(
      fail(FailureType.ModelUnusable, `the process of the ${this.name} ${how}`, {
        remedy:
          'Try the model with onnxruntime and the same inputs: it may crash the runtime or need too much memory.',
      }),
    );
  }

  private over(why: MainspringFailure): void {
    if (this.ended) return;
    this.ended = why;
    for (const { reject } of this.waiting.values()) reject(why);
    this.waiting.clear();
    this.child.kill('SIGKILL');
    this.channel.destroy();
  }

  release(): void {
    this.end('was released');
  }
}

const grown = ([first, most]: [number, number], times: number): number => Math.min(most, first * 2 ** times);

/** A model in a process of its own, which is ended when a run is too slow, and started again when it is needed. */
export class GuardedModel implements RunningModel {
  /** Ends of the process since its last answer. */
  private ends = 0;
  /** Periods without service since its last answer. */
  private outs = 0;
  private outUntil = 0;
  private outBecause = '';
  private starting: Promise<ModelProcess> | undefined;
  private released = false;
  /** Time that the runtime took for the last run, without the way to its process. */
  lastRunMs = Infinity;

  constructor(
    private readonly path: string,
    private readonly name: string,
    private readonly limits: ProcessLimits,
    private current: ModelProcess,
    private readonly loaded: Loaded,
  ) {}

  get inputs(): Metadata {
    return this.loaded.inputs;
  }
  get outputs(): Metadata {
    return this.loaded.outputs;
  }

  async run(feeds: object, wanted: readonly string[], rows: number): Promise<Record<string, RawOutput>> {
    this.refuseWhileOut();
    const { runMs, runMsPerRow, giveWayMs } = this.limits;
    const model = this.current.isOver ? await this.restarted() : this.current;
    try {
      const { answer, ms } = await model.ask<{ answer: Record<string, RawOutput>; ms: number }>(
        { run: { feeds, wanted } },
        `answer ${rows} rows`,
        runMs + rows * runMsPerRow,
        giveWayMs,
      );
      [this.ends, this.outs] = [0, 0];
      this.lastRunMs = ms;
      return answer;
    } catch (error) {
      if (model.isOver && !this.released) this.counted(error);
      throw error;
    }
  }

  private refuseWhileOut(): void {
    const leftMs = this.outUntil - Date.now();
    if (leftMs <= 0) return;
    throw fail(
      FailureType.ModelTooSlow,
      `the ${this.name} is out of service for another ${Math.ceil(leftMs / 1_000)} s: its process ended ${this.limits.endsInARow} times in a row; ${this.outBecause}`,
    );
  }

  private counted(error: unknown): void {
    this.ends += 1;
    if (this.ends < this.limits.endsInARow) return;
    this.outUntil = Date.now() + grown(this.limits.outMs, this.outs);
    this.outBecause = error instanceof Error ? error.message : String(error);
    this.outs += 1;
    this.ends = 0;
  }

  /** Several runs that need a new process share one. */
  private restarted(): Promise<ModelProcess> {
    this.starting ??= this.restart().finally(() => (this.starting = undefined));
    return this.starting;
  }

  private async restart(): Promise<ModelProcess> {
    await sleep(grown(this.limits.restartMs, Math.max(0, this.ends - 1)));
    if (this.released) throw fail(FailureType.ModelUnusable, `the ${this.name} was released`);
    const next = new ModelProcess(this.name);
    this.current = next;
    await load(next, this.path, this.limits);
    return next;
  }

  /** End the process until the next run. No run may be under way. */
  rest(): void {
    this.current.release();
  }

  release(): Promise<void> {
    this.released = true;
    this.current.release();
    return Promise.resolve();
  }
}

const load = (model: ModelProcess, path: string, { loadMs }: ProcessLimits): Promise<Loaded> =>
  model.ask<Loaded>({ load: { path, options: OPTIONS } }, 'load', loadMs);

/**
 * Models in processes of their own, one each. A model that hangs or crashes ends its own process only: the runtime is native
 * code, which nothing else can stop.
 */
export const modelProcesses = (limits: ProcessLimits) => ({
  open: async (path: string, name: string): Promise<GuardedModel> => {
    const model = new ModelProcess(name);
    try {
      return new GuardedModel(path, name, limits, model, await load(model, path, limits));
    } catch (error) {
      model.release();
      throw error;
    }
  },
});
