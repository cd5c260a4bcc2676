import type { Params, Search } from '../../contracts/spec/training.js';

/** A trial that the search learns from. */
export interface ToldTrial {
  params: Params;
  state: 'succeeded' | 'stopped';
  value: number;
  /** Step at which it was stopped early; null if it ran to its end. */
  step: number | null;
}

export interface SuggestRequest {
  algorithm: 'sobol' | 'tpe';
  space: Search['space'];
  seed: number;
  goal: 'minimize' | 'maximize';
  /** Numbers of the trials that need parameters. */
  trials: number[];
  history: ToldTrial[];
  /** Parameters of the running trials. */
  running: Params[];
}

/** Chooses points of a space. It keeps no state: the same request gives the same answer. */
export interface Suggester {
  /** One set of parameters per trial, in the order of `trials`. An abort ends the computation. */
  suggest(request: SuggestRequest, signal: AbortSignal): Promise<Params[]>;
}
