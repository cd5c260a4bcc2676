import type { Beat } from '../../activities/training/lease/beat.js';
import type { Claim } from '../../activities/training/lease/claim.js';
import type { Head } from '../../activities/training/lease/head.js';
import type { Spend } from '../../contracts/training.js';

/** The contents of the stores after a chaos run. The invariants look at nothing else. */
export interface Evidence {
  runs: { model: string; run: string; outcome: string | null; ended: boolean }[];
  jobs: {
    jobKey: string;
    intent: string;
    run: string;
    attempt: number;
    state: string;
    spend: Spend | null;
  }[];
  /** Intent → number of its processes that were killed on purpose. */
  jobKills: Record<string, number>;
  claims: Record<string, Claim>;
  beats: Record<string, Beat>;
  /** Intent → head. */
  heads: Record<string, Head>;
  /** `manifest`: the job that wrote the manifest of the head's result. */
  results: Record<string, { jobKey: string; attempt: number }>;
  /** Job key → processes with an exit record, and whether they were refused by the claim. */
  exits: Record<string, { pid: number; fenced: boolean }[]>;
  versions: { model: string; version: number; run: string }[];
  steps: { key: string; kind: string; inputs: string }[];
  aliases: { model: string; alias: string; version: number; from: number; to: number | null }[];
  routes: {
    model: string;
    generation: number;
    champion: number | null;
    candidate: number | null;
    from: number;
    to: number | null;
  }[];
  /** Inference ids in the request log, with repetitions. */
  logged: string[];
  /** Inference ids of requests that were answered. */
  answered: string[];
  /** Figures of each table, from the disturbed run and from an undisturbed one. */
  tables: { run: string; table: string; disturbed: Figures; undisturbed: Figures }[];
  /** Workflows that are open although their work is over, and workflows whose workflow task fails. */
  open: { workflowId: string; taskAttempt: number }[];
  /** Processes with the engine id after the stack was stopped. */
  processes: number[];
}

export interface Figures {
  rows: number;
  sha256: string;
}
