import { RequestError } from '../protocol/request-error.js';
import type { LoadedModel } from '../ports.js';

const MAX_REQUESTS = 64;
/** Requests that may wait for one model; more are told to come back. */
const MAX_QUEUED = 10_000;

interface Job {
  features: Float32Array;
  rows: number;
  resolve(scores: Float32Array): void;
  reject(error: unknown): void;
}

export type Score = (features: Float32Array, rows: number) => Promise<Float32Array>;

/** A score that is no probability is the model's fault as much as an exception. */
function probabilities(scores: Float32Array): Float32Array {
  for (const score of scores)
    if (!(score >= 0 && score <= 1))
      throw new Error(`the model gave ${score}, expected a probability from 0 to 1`);
  return scores;
}

/**
 * One run at a time; what arrives meanwhile goes into the next run together. No timer: a lone request is never held back,
 * and under load the hop to the runtime's thread is shared.
 */
export function microBatch(model: Pick<LoadedModel, 'score'>, width: number): Score {
  let queue: Job[] = [];
  let running = false;

  async function alone(job: Job): Promise<void> {
    try {
      job.resolve(probabilities(await model.score(job.features, job.rows)));
    } catch (error) {
      job.reject(error);
    }
  }

  async function together(jobs: readonly Job[]): Promise<void> {
    const rows = jobs.reduce((sum, job) => sum + job.rows, 0);
    const features = new Float32Array(rows * width);
    let offset = 0;
    for (const job of jobs) {
      features.set(job.features, offset);
      offset += job.features.length;
    }
    let scores: Float32Array;
    try {
      scores = probabilities(await model.score(features, rows));
    } catch {
      // One request must not fail its neighbours: each is tried by itself.
      for (const job of jobs) await alone(job);
      return;
    }
    let first = 0;
    for (const job of jobs) {
      job.resolve(scores.subarray(first, first + job.rows));
      first += job.rows;
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (queue.length > 0) {
      const jobs = queue.length <= MAX_REQUESTS ? queue : queue.slice(0, MAX_REQUESTS);
      queue = queue.length <= MAX_REQUESTS ? [] : queue.slice(MAX_REQUESTS);
      const [only] = jobs;
      if (jobs.length === 1 && only) await alone(only);
      else await together(jobs);
    }
    running = false;
  }

  return (features, rows) =>
    new Promise((resolve, reject) => {
      if (queue.length >= MAX_QUEUED)
        return reject(
          new RequestError(503, `${MAX_QUEUED} requests are waiting for this model: try again later`),
        );
      queue.push({ features, rows, resolve, reject });
      if (!running) void run();
    });
}
