import { joinBatches } from '../features/feature-batch.js';
import type { FeatureBatch } from '../../contracts/feature-batch.js';
import type { LoadedModel } from '../ports.js';
import { RequestError } from '../request-error.js';
import { type Caller, afterEvents, givenUp, isGone } from './caller.js';

const MAX_REQUESTS = 64;
/** Most rows of several requests that run together, so that the time limit of a run is enough for them. */
const MAX_ROWS = 10_000;
/** Most requests that wait for one model. Further requests are answered with 503. */
const MAX_QUEUED = 10_000;
/** From so many rows on, reading and running them takes longer than to look at the connections before and after. */
const MANY_ROWS = 1_000;

interface Job {
  batch: FeatureBatch;
  caller: Caller | undefined;
  resolve: (predictions: Float32Array) => void;
  reject: (error: unknown) => void;
}

/** How many requests of the queue make the next batch, at least one. */
function firstOf(queue: readonly Job[]): number {
  const most = Math.min(queue.length, MAX_REQUESTS);
  let rows = 0;
  for (let n = 0; n < most; n++) {
    rows += queue[n]?.batch.rows ?? 0;
    if (n > 0 && rows > MAX_ROWS) return n;
  }
  return most;
}

const isGivenUpJob = ({ caller }: Job): boolean => isGone(caller);

/** The jobs whose callers wait. The others end here. */
function stillWanted(jobs: readonly Job[]): readonly Job[] {
  if (!jobs.some(isGivenUpJob)) return jobs;
  for (const job of jobs) if (isGivenUpJob(job)) job.reject(givenUp());
  return jobs.filter((job) => !isGivenUpJob(job));
}

/**
 * Predictions of a batch, row-major.
 *
 * @param caller who gets them; if it is gone, the batch is refused with `givenUp`, before its run if possible
 */
export type Score = (batch: FeatureBatch, caller?: Caller) => Promise<Float32Array>;

export interface Expected {
  /** Number of columns of a prediction. */
  width: number;
  /** Which numbers a prediction may hold, and their description in messages. */
  possible: { isValid: (value: number) => boolean; expected: string };
}

/** The model gave a number that its problem does not allow. It does so for these features each time. */
export class ImpossiblePrediction extends Error {
  override readonly name = 'ImpossiblePrediction';
  constructor(predictions: Float32Array, { width, possible: { isValid, expected } }: Expected) {
    const at = predictions.findIndex((value) => !isValid(value));
    super(
      `the model gave ${predictions[at]} for row ${Math.floor(at / width)}, expected ${expected}. Send other features, or train a model that knows what to say of them: a missing value often ends as NaN`,
    );
  }
}

/**
 * Runs one batch at a time. Requests that arrive meanwhile are run together as the next batch. There is no timer: a
 * single request never waits, and under load many requests share one call of the runtime.
 *
 * A prediction that the problem does not allow, such as a probability of 1.5, counts as a failure of the model. A request whose
 * caller is gone is not run, and not answered after its run either.
 */
export function microBatch(model: Pick<LoadedModel, 'score'>, { width, possible }: Expected): Score {
  let queue: Job[] = [];
  let running = false;

  async function predict(batch: FeatureBatch): Promise<Float32Array> {
    const predictions = await model.score(batch);
    if (predictions.length !== batch.rows * width)
      throw new Error(
        `the model gave ${predictions.length} numbers for ${batch.rows} rows, expected ${width} a row`,
      );
    if (batch.rows >= MANY_ROWS) await afterEvents();
    for (const value of predictions)
      if (!possible.isValid(value)) throw new ImpossiblePrediction(predictions, { width, possible });
    return predictions;
  }

  async function alone({ batch, caller, resolve, reject }: Job): Promise<void> {
    try {
      const predictions = await predict(batch);
      if (isGone(caller)) reject(givenUp());
      else resolve(predictions);
    } catch (error) {
      reject(error);
    }
  }

  async function together(jobs: readonly Job[]): Promise<void> {
    let predictions: Float32Array;
    try {
      predictions = await predict(joinBatches(jobs.map(({ batch }) => batch)));
    } catch {
      // A faulty request must not fail the others of its batch, so each is run alone.
      for (const job of jobs) if (stillWanted([job]).length > 0) await alone(job);
      return;
    }
    let first = 0;
    for (const { batch, caller, resolve, reject } of jobs) {
      const length = batch.rows * width;
      if (isGone(caller)) reject(givenUp());
      else resolve(predictions.subarray(first, first + length));
      first += length;
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (queue.length > 0) {
      if ((queue[0]?.batch.rows ?? 0) >= MANY_ROWS) await afterEvents();
      const taken = firstOf(queue);
      const jobs = stillWanted(taken === queue.length ? queue : queue.slice(0, taken));
      queue = taken === queue.length ? [] : queue.slice(taken);
      const [only] = jobs;
      if (jobs.length === 1 && only) await alone(only);
      else if (only) await together(jobs);
    }
    running = false;
  }

  return (batch, caller) =>
    new Promise((resolve, reject) => {
      if (queue.length >= MAX_QUEUED)
        return reject(
          new RequestError(503, `${MAX_QUEUED} requests are waiting for this model: try again later`),
        );
      queue.push({ batch, caller, resolve, reject });
      if (!running) void run();
    });
}
