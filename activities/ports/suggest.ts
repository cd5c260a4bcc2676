import type { Params, Search } from '../../contracts/spec/training.js';

/** A trial that the search learns from. */
export interface ToldTrial {
  params: Params;
  state: 'succeeded' | 'stopped';
  value: number;
  /** Where it was stopped; null when it ran to its end. */
  step: number | null;
}

export interface SuggestRequest {
  algorithm: 'sobol' | 'tpe';
  space: Search['space'];
  seed: number;
  goal: 'minimize' | 'maximize';
  /** Numbers of the trials that want parameters. */
  trials: number[];
  history: ToldTrial[];
  /** Parameters of those that run now. */
  running: Params[];
}

/** Chooses points of a space. Keeps nothing: the same request has the same answer. */
export interface Suggester {
  /** One set of parameters a trial, in the order of `trials`. Aborted, it ends whatever computes. */
  suggest(request: SuggestRequest, signal: AbortSignal): Promise<Params[]>;
}
