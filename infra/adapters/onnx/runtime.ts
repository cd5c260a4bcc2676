import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { RawOutput } from '../../../contracts/problems/index.js';
import type { Feeds } from './feeds.js';
import type { Metadata } from './metadata.js';

/** A model that is loaded. */
export interface RunningModel {
  readonly inputs: Metadata;
  readonly outputs: Metadata;
  /** @param wanted names of the outputs to compute */
  run(feeds: Feeds, wanted: readonly string[], rows: number): Promise<Record<string, RawOutput>>;
  release(): Promise<void>;
}

/** Loads models. */
export interface Runtime {
  open(path: string, name: string): Promise<RunningModel>;
}

/**
 * One thread per session. Threads of a session spin while they wait, which on shared cores makes a run up to seventeen times
 * slower. Two models side by side use two cores anyway.
 */
export const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;

/** Models in this process. A run occupies the thread, and one that never ends is never ended: for models that are trusted. */
export const inThisProcess: Runtime = {
  open: async (path) => {
    const session = await InferenceSession.create(path, OPTIONS);
    return {
      inputs: session.inputMetadata,
      outputs: session.outputMetadata,
      run: async (feeds, wanted) => {
        const tensors = Object.entries(feeds).map(
          ([name, { type, data, dims }]) => [name, new Tensor(type, data as never, dims)] as const,
        );
        const answer = await session.run(Object.fromEntries(tensors), [...wanted]);
        return answer as unknown as Record<string, RawOutput>;
      },
      release: () => session.release(),
    };
  },
};
