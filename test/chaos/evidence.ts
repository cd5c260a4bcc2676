import type { Beat } from '../../activities/training/lease/beat.js';
import type { Claim } from '../../activities/training/lease/claim.js';
import type { Head } from '../../activities/training/lease/head.js';
import type { Spend } from '../../contracts/training.js';

/** What the stores say after a chaos run. The invariants look at nothing else. */
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
  /** Intent → how many of its processes were killed on purpose. */
  jobKills: Record<string, number>;
  claims: Record<string, Claim>;
  beats: Record<string, Beat>;
  /** Intent → head. */
  heads: Record<string, Head>;
  /** `manifest`: which job wrote what the head's result points at. */
  results: Record<string, { jobKey: string; attempt: number }>;
  /** Job key → processes that left an exit record and had passed their claim. */
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
  /** Inference ids of the request log, as often as they are in it. */
  logged: string[];
  /** Inference ids that a client got an answer for. */
  answered: string[];
  /** Table → figures, of a run that was disturbed and of one that was not. */
  tables: { run: string; table: string; disturbed: Figures; undisturbed: Figures }[];
  /** Workflows that are open though their work is over, and ones whose workflow task fails. */
  open: { workflowId: string; taskAttempt: number }[];
  /** Processes with the engine id, after the stack was stopped. */
  processes: number[];
}

export interface Figures {
  rows: number;
  sha256: string;
}
